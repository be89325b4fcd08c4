"""Who belongs to a group practice, as what, and from when until when."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class MembershipRole(models.TextChoices):
    MEMBER = "member", _("Member")
    ADMINISTRATOR = "administrator", _("Administrator")


class Membership(models.Model):
    """A physician's place in a group. At `lapses_at` an unconfirmed one stops showing colleagues' studies."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    group = models.ForeignKey(
        "groups.Group", on_delete=models.PROTECT, related_name="memberships", verbose_name=_("group practice")
    )
    physician = models.ForeignKey(
        "accounts.Physician", on_delete=models.PROTECT, related_name="memberships", verbose_name=_("physician")
    )
    role = models.CharField(_("role"), max_length=20, choices=MembershipRole.choices, default=MembershipRole.MEMBER)
    is_primary_contact = models.BooleanField(_("primary contact"), default=False)
    begins_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed on"), null=True, blank=True)
    lapses_at = models.DateTimeField(_("lapses on"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["group", "physician"], condition=models.Q(ends_at__isnull=True), name="one_open_membership"
            ),
            models.UniqueConstraint(
                fields=["group"],
                condition=models.Q(is_primary_contact=True, ends_at__isnull=True),
                name="one_primary_contact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.physician} · {self.group}"
