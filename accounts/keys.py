"""Key sets: every keyed hash and every encrypted field of the portal stands on one of these.

Keys come from the environment, newest first (decision 8). A set that is not configured has one key derived from
SECRET_KEY. Writing uses the newest key; reading tries all, so that keys rotate without closing a door.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from functools import cache
from typing import Literal

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

KeySetName = Literal["CODE_KEYS", "IDENTITY_KEYS", "AUDIT_KEYS", "FIELD_KEYS"]


@dataclass(frozen=True)
class Key:
    """One secret of a set: `id` (8 hex digits) may be stored beside what it made, `secret` (32 bytes) never."""

    id: str
    secret: bytes


def _key(secret: bytes) -> Key:
    return Key(id=hashlib.sha256(b"key id" + secret).hexdigest()[:8], secret=secret)


@cache
def _derived(name: str, material: tuple[str, ...], secret_key: str) -> tuple[Key, ...]:
    if material:
        return tuple(_key(hashlib.sha256(part.encode()).digest()) for part in material)
    return (_key(hmac.digest(secret_key.encode(), f"pacsonweb {name}".encode(), "sha256")),)


def keys(name: KeySetName) -> tuple[Key, ...]:
    """The live keys of a set, newest first; never empty."""
    return _derived(name, tuple(getattr(settings, name)), settings.SECRET_KEY)


def mac(name: KeySetName, purpose: str, value: str) -> tuple[str, str]:
    """(key id, 64 hex digits): the keyed hash of `value` for one purpose under the newest key."""
    newest = keys(name)[0]
    return newest.id, _mac(newest, purpose, value)


def macs(name: KeySetName, purpose: str, value: str) -> list[tuple[str, str]]:
    """The same under every live key, newest first: what to look for when reading."""
    return [(key.id, _mac(key, purpose, value)) for key in keys(name)]


def _mac(key: Key, purpose: str, value: str) -> str:
    return hmac.digest(key.secret, f"{purpose}\0{value}".encode(), "sha256").hex()


def encrypt(value: bytes) -> str:
    """A field's value under the newest of FIELD_KEYS (Fernet, AES-128-CBC with HMAC-SHA256)."""
    return _fernet().encrypt(value).decode()


def decrypt(token: str) -> bytes:
    """The value again. Raises `cryptography.fernet.InvalidToken` when no live key made it."""
    return _fernet().decrypt(token.encode())


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key.secret)) for key in keys("FIELD_KEYS")])
