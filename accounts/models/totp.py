"""An authenticator app: a TOTP device whose secret is encrypted at rest."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device


class TotpDevice(Device):  # type: ignore[misc] # django-otp is not typed
    """RFC 6238 with SHA-1, 6 digits, 30 s. `last_step` is the last time step that was accepted: none works twice.

    Tokens are checked by `accounts.second_factor.services` only; the `verify_token` inherited from django-otp refuses.
    """

    encrypted_secret = models.TextField()
    last_step = models.BigIntegerField(default=-1)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta(Device.Meta):  # type: ignore[misc]
        verbose_name = _("authenticator app")
        verbose_name_plural = _("authenticator apps")
