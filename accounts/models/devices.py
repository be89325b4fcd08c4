"""Second factors beside the authenticator app, and browsers that may leave the second step out."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device


class Passkey(Device):  # type: ignore[misc] # django-otp is not typed
    """A WebAuthn credential (W3C Web Authentication Level 3): its public key, never a secret.

    `credential_id` in base64url. `sign_count` only ever grows where the authenticator counts at all.
    """

    credential_id = models.CharField(max_length=1400, unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    transports = models.JSONField(default=list)
    is_user_verified = models.BooleanField(default=False)
    is_backed_up = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta(Device.Meta):  # type: ignore[misc]
        verbose_name = _("passkey")
        verbose_name_plural = _("passkeys")


class SmsDevice(Device):  # type: ignore[misc]
    """Tokens by SMS to a number that was confirmed by a token (E.164)."""

    number = models.CharField(max_length=20)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta(Device.Meta):  # type: ignore[misc]
        verbose_name = _("telephone for tokens")
        verbose_name_plural = _("telephones for tokens")


class BackupCode(Device):  # type: ignore[misc]
    """One code of a sheet for the drawer; works once. Only a keyed hash is kept."""

    key_id = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, db_index=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta(Device.Meta):  # type: ignore[misc]
        verbose_name = _("backup code")
        verbose_name_plural = _("backup codes")


class RememberedBrowser(models.Model):
    """A browser in which its account leaves the second step out, for 30 days; of its cookie a keyed hash is kept.

    `device` is the persistent id of the second factor that was given when it was remembered.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="remembered_browsers")
    key_id = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, unique=True)
    device = models.CharField(max_length=100)
    user_agent = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("remembered browser")
        verbose_name_plural = _("remembered browsers")

    def __str__(self) -> str:
        return str(self.uuid)
