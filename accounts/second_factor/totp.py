"""Authenticator apps: RFC 6238 with SHA-1, six digits, 30 seconds."""

import base64
import hmac
import secrets
from datetime import datetime
from io import BytesIO
from urllib.parse import quote, urlencode

import segno
from django.conf import settings
from django.db import transaction
from django_otp.oath import hotp

from accounts.keys import decrypt
from accounts.models import TotpDevice, User

STEP_SECONDS = 30
DIGITS = 6
TOLERANCE = 1  # steps before and after the present one: clocks differ, and typing takes time (RFC 6238 §5.2)
SECRET_BYTES = 20  # as long as SHA-1's output (RFC 4226 §4, R6)


def new_secret() -> str:
    """A secret in base32, 32 characters."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def secret_of(device: TotpDevice) -> str:
    """The secret again, in base32. Raises `cryptography.fernet.InvalidToken` when no live key made it."""
    return decrypt(device.encrypted_secret).decode()


def verify_totp(user: User, token: str, at: datetime) -> TotpDevice | None:
    """The app of the user that shows `token` at `at`, one step before or after; None if there is none.

    A step that was accepted is never accepted again, nor one before it, even when asked twice at once: the row is
    locked while it is looked at.
    """
    with transaction.atomic():
        device: TotpDevice
        for device in TotpDevice.objects.select_for_update().filter(user=user, confirmed=True).order_by("id"):
            step = matching_step(secret_of(device), token, at)
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


def matching_step(secret: str, token: str, at: datetime) -> int | None:
    """The newest step around `at` in which an app with this secret shows `token`."""
    now = step_of(at)
    matching = [
        step
        for step in range(now - TOLERANCE, now + TOLERANCE + 1)
        if hmac.compare_digest(token_at(secret, step).encode(), token.encode())
    ]
    return max(matching, default=None)


def address_of_secret(secret: str, username: str) -> str:
    """`otpauth://totp/…`, as apps read it from a QR code (Google Authenticator's Key URI Format)."""
    issuer = settings.OPERATOR_NAME
    label = quote(f"{issuer}:{username}", safe=":@")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"


def picture_of_secret(secret: str, username: str) -> str:
    """The same as a QR code, black on white in both themes, as a `data:` address for an image."""
    out = BytesIO()
    code = segno.make_qr(address_of_secret(secret, username), error="m")
    code.save(out, kind="svg", scale=4, border=4, dark="#000", light="#fff")
    return f"data:image/svg+xml;base64,{base64.b64encode(out.getvalue()).decode()}"


def in_groups(secret: str) -> str:
    """The secret as it is typed by hand: groups of four characters."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
