"""Authenticator apps: adding one, and checking the token it shows."""

import base64
import hmac
import secrets
from datetime import datetime

from django.db import transaction
from django_otp.oath import hotp

from accounts.keys import decrypt, encrypt
from accounts.models import TotpDevice, User

STEP_SECONDS = 30
DIGITS = 6
TOLERANCE = 1  # steps before and after the present one: clocks differ, and typing takes time (RFC 6238 §5.2)
SECRET_BYTES = 20  # as long as SHA-1's output (RFC 4226 §4, R6)


def add_totp(user: User, name: str) -> str:
    """Give the user an authenticator app. Returns its secret in base32: shown once to the user, kept encrypted."""
    secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    TotpDevice.objects.create(user=user, name=name, encrypted_secret=encrypt(secret.encode()))
    return secret


def secret_of(device: TotpDevice) -> str:
    """The secret again, in base32. Raises `cryptography.fernet.InvalidToken` when no live key made it."""
    return decrypt(device.encrypted_secret).decode()


def has_second_factor(user: User) -> bool:
    return bool(TotpDevice.objects.filter(user=user, confirmed=True).exists())


def verify_totp(user: User, token: str, at: datetime) -> TotpDevice | None:
    """The app of the user that shows `token` at `at`, one step before or after; None if there is none.

    A step that was accepted is never accepted again, nor one before it, even when asked twice at once: the row is
    locked while it is looked at.
    """
    with transaction.atomic():
        device: TotpDevice
        for device in TotpDevice.objects.select_for_update().filter(user=user, confirmed=True).order_by("id"):
            step = _matching_step(secret_of(device), token, at)
            if step is not None and step > device.last_step:
                device.last_step = step
                device.last_used_at = at
                device.save(update_fields=["last_step", "last_used_at"])
                return device
    return None


def token_at(secret: str, step: int) -> str:
    """What an app with this secret shows in a time step (Unix seconds // 30)."""
    return f"{hotp(base64.b32decode(secret), step, DIGITS):0{DIGITS}}"


def step_of(at: datetime) -> int:
    return int(at.timestamp()) // STEP_SECONDS


def _matching_step(secret: str, token: str, at: datetime) -> int | None:
    now = step_of(at)
    matching = [
        step
        for step in range(now - TOLERANCE, now + TOLERANCE + 1)
        if hmac.compare_digest(token_at(secret, step).encode(), token.encode())
    ]
    return max(matching, default=None)
