"""The last sign-ins of an account, for its owner to look through."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class SignInFactor(models.TextChoices):
    TOTP = "totp", _("authenticator app")
    PASSKEY = "passkey", _("passkey")
    SMS = "sms", _("SMS")
    BACKUP_CODE = "backup_code", _("backup code")
    REMEMBERED = "remembered", _("remembered browser")
    EID = "eid", _("e-ID")
    NONE = "none", _("not passed")


class SignIn(models.Model):
    """One try that got as far as the right password, or further; the last 100 of an account are shown and kept.

    `country` is that of the address (ISO 3166 alpha-2), empty where it is not known. `browser` is the keyed hash of the
    browser's number, so that a new one is noticed.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="sign_ins")
    at = models.DateTimeField()
    succeeded = models.BooleanField()
    factor = models.CharField(max_length=20, choices=SignInFactor.choices, default=SignInFactor.NONE)
    address = models.GenericIPAddressField(null=True, blank=True)
    country = models.CharField(max_length=2, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    browser = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        indexes = [models.Index(fields=["user", "-at"], name="sign_in_by_user")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.factor}"
