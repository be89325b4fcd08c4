"""Getting back into an account, and changing how its owner is reached."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class RecoveryState(models.TextChoices):
    ASKED = "asked", _("waiting for the service desk")
    VERIFIED = "verified", _("verified, the delay runs")
    STOPPED = "stopped", _("stopped by the owner")
    REFUSED = "refused", _("refused")
    DONE = "done", _("done")


class Recovery(models.Model):
    """A second factor was lost. The service desk verifies who asks; then a delay runs, in which every contact is told
    and can stop it; after `opens_at` all factors go and another must be set up at the next login."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="recoveries")
    state = models.CharField(_("state"), max_length=10, choices=RecoveryState.choices, default=RecoveryState.ASKED)
    asked_at = models.DateTimeField(_("asked for on"))
    verified_at = models.DateTimeField(_("verified on"), null=True, blank=True)
    verified_by = models.UUIDField(null=True, blank=True)
    how_verified = models.TextField(_("how this person was verified"), blank=True)
    opens_at = models.DateTimeField(_("opens on"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("recovery")
        verbose_name_plural = _("recoveries")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(ended_at__isnull=True), name="one_open_recovery"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.asked_at:%Y-%m-%d}"


class ContactKind(models.TextChoices):
    MAIL = "mail", _("mail address")
    PHONE = "phone", _("mobile number")


class ContactChange(models.Model):
    """Another mail address or mobile number, confirmed on both ends before it counts.

    `opens_at`: the old end is lost; from then on the new end alone is enough, unless somebody stops it before.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="contact_changes")
    kind = models.CharField(max_length=10, choices=ContactKind.choices)
    value = models.CharField(max_length=254)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    old_confirmed_at = models.DateTimeField(null=True, blank=True)
    new_confirmed_at = models.DateTimeField(null=True, blank=True)
    opens_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("change of contact details")
        verbose_name_plural = _("changes of contact details")

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"
