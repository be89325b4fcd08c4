"""Accounts that begin with an invitation: staff of an institution, and delegates of physicians."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class InvitationKind(models.TextChoices):
    STAFF = "staff", _("staff of an institution")
    DELEGATE = "delegate", _("delegate of a physician")


class Invitation(models.Model):
    """Somebody at `mail` is asked to take a place. What the place is, `subject` and `place` say to whoever invited:
    an institution and a role, or a physician. Accepting is announced by a signal within the transaction."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=InvitationKind.choices)
    mail = models.EmailField(_("mail address"))
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    subject = models.UUIDField(db_index=True)
    place = models.CharField(max_length=20, blank=True)
    inviter = models.CharField(max_length=200)
    invited_by = models.UUIDField(null=True)
    invited_at = models.DateTimeField(_("invited on"))
    expires_at = models.DateTimeField(_("until"))
    accepted_at = models.DateTimeField(_("accepted on"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="accepted_invitations"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return self.mail


class Delegate(models.Model):
    """An account's hat of a secretary who works for physicians that invited them; it has no number and sees nothing of
    its own."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField("accounts.User", on_delete=models.PROTECT, related_name="delegate")
    since = models.DateTimeField(_("since"))
    suspended_at = models.DateTimeField(_("suspended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("delegate")
        verbose_name_plural = _("delegates")

    def __str__(self) -> str:
        return str(self.user)
