"""What a patient types."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from .institution import PatientSecondFactor


class CodeChannel(models.TextChoices):
    """How a code reached the patient. Its token takes another way."""

    LETTER = "letter", _("Letter")
    SMS = "sms", _("SMS")
    MAIL = "mail", _("Mail")


class AccessCode(models.Model):
    """Belongs to a request; only a keyed hash of the code is kept (`studies.access_codes`).

    It is live from `issued_at` until `expires_at`, unless it was revoked, or ended after too many failures.

    `second_factor` is this code's own wish, beside the institution's. `price_minor` (in cents of `price_currency`) is
    what it owed when it was issued; `settled_at` is since when it owes nothing more. A code that replaces another one
    (`replaces`) leaves it alive until it is used itself.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(
        "studies.Request", on_delete=models.PROTECT, related_name="access_codes", verbose_name=_("request")
    )
    key_id = models.CharField(max_length=8)
    mac = models.CharField(max_length=64)
    images = models.BooleanField(_("images"), default=True)
    report = models.BooleanField(_("report"), default=True)
    issued_at = models.DateTimeField(_("issued on"))
    issued_by = models.UUIDField(null=True)
    expires_at = models.DateTimeField(_("works until"))
    revoked_at = models.DateTimeField(_("revoked on"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended on"), null=True, blank=True)
    sent_by = models.CharField(_("sent by"), max_length=10, choices=CodeChannel.choices, default=CodeChannel.LETTER)
    second_factor = models.CharField(
        _("second factor of this code"),
        max_length=10,
        choices=PatientSecondFactor.choices,
        default=PatientSecondFactor.NONE,
    )
    price_minor = models.PositiveIntegerField(_("price in cents"), default=0)
    price_currency = models.CharField(_("currency"), max_length=3, default="EUR")
    settled_at = models.DateTimeField(_("paid on"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaced_by", verbose_name=_("replaces")
    )
    first_used_at = models.DateTimeField(_("first used on"), null=True, blank=True)
    token_failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("access code")
        verbose_name_plural = _("access codes")
        constraints = [models.UniqueConstraint(fields=["key_id", "mac"], name="code_once")]

    def __str__(self) -> str:
        return str(self.uuid)
