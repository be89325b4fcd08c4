"""The random number that a passkey signs: kept in the session, for one purpose of one user, five minutes, once."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from django.http import HttpRequest
from webauthn import base64url_to_bytes
from webauthn.helpers import bytes_to_base64url

from accounts.models import User
from accounts.sessions.services import store_of

LASTS = timedelta(minutes=5)
_KEY = "passkey_ceremony"
_BYTES = 32  # W3C Web Authentication §13.4.3: at least 16


class Ceremony(StrEnum):
    ALONE = "alone"  # a login by nothing but the passkey: nobody says who before
    STEP = "step"  # the second step of a login
    AGAIN = "again"  # before a sensitive deed
    ADD = "add"  # a new passkey


def begin_ceremony(request: HttpRequest, ceremony: Ceremony, user: User | None, at: datetime) -> bytes:
    """A new challenge; one that was asked for before is dead."""
    challenge = secrets.token_bytes(_BYTES)
    request.session[_KEY] = {
        "ceremony": ceremony,
        "user": str(user.uuid) if user is not None else "",
        "challenge": bytes_to_base64url(challenge),
        "until": (at + LASTS).isoformat(),
    }
    return challenge


def take_challenge(request: HttpRequest, ceremony: Ceremony, user: User | None, at: datetime) -> bytes | None:
    """The challenge, for whoever asks first; None where it was for another purpose or user, or is too old."""
    noted = store_of(request).take(_KEY)
    if not noted or at >= datetime.fromisoformat(noted["until"]):
        return None
    if (noted["ceremony"], noted["user"]) != (ceremony, str(user.uuid) if user is not None else ""):
        return None
    return base64url_to_bytes(str(noted["challenge"]))
