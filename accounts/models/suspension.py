"""The register of who was suspended, why and when."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class SuspendedPart(models.TextChoices):
    """What is suspended: the whole account, or its physician hat alone."""

    ACCOUNT = "account", _("account")
    PHYSICIAN = "physician", _("physician")


class SuspensionReason(models.TextChoices):
    UNUSED = "unused", _("not used for a year")
    REGISTRATION_WITHDRAWN = "withdrawn", _("registration withdrawn")
    PRACTICE_LEFT = "left", _("left the practice")
    WISH = "wish", _("own wish")
    MISUSED = "misused", _("misused, or in the wrong hands")
    OTHER = "other", _("another reason")


class Suspension(models.Model):
    """One suspension; it holds while `ended_at` is empty. By whom is kept as their accounts' UUIDs."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="suspensions", verbose_name=_("user")
    )
    part = models.CharField(_("what is suspended"), max_length=10, choices=SuspendedPart.choices)
    reason = models.CharField(_("reason"), max_length=10, choices=SuspensionReason.choices)
    words = models.CharField(_("in words"), max_length=200, blank=True)
    since = models.DateTimeField(_("since"))
    by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(_("ended on"), null=True, blank=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "part"], condition=models.Q(ended_at__isnull=True), name="one_open_suspension"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_reason_display()}"
