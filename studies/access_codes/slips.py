"""Slips of five one-time passwords on paper, for patients whom no message reaches. Only keyed hashes are kept."""

import secrets
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from accounts.audit.actor import Actor
from accounts.keys import mac, macs
from accounts.models import AuditAction
from studies.models import AccessCode, SlipPassword

from .services import record_of

DIGITS = 8
PASSWORDS = 5
_PURPOSE = "slip"


def issue_slip(
    code: AccessCode, actor: Actor, at: datetime, below: Callable[[int], int] = secrets.randbelow
) -> list[str]:
    """Five passwords of 8 digits, in the order of the slip. They exist only here; the slip before works no more."""
    passwords = _different(below)
    with transaction.atomic():
        AccessCode.objects.select_for_update().get(pk=code.pk)
        SlipPassword.objects.filter(code=code).delete()
        SlipPassword.objects.bulk_create(
            SlipPassword(code=code, number=number, key_id=key_id, mac=digest, issued_at=at)
            for number, password in enumerate(passwords, 1)
            for key_id, digest in [mac("CODE_KEYS", _PURPOSE, _salted(code, password))]
        )
        record_of(code, AuditAction.SLIP_ISSUED, actor, at, {"passwords": PASSWORDS})
    return passwords


def use_slip_password(code: AccessCode, password: str, at: datetime) -> bool:
    """Whether this is an unused password of the code's slip; it is used then, once however many come at once."""
    digests = [digest for _, digest in macs("CODE_KEYS", _PURPOSE, _salted(code, password))]
    return bool(SlipPassword.objects.filter(code=code, mac__in=digests, used_at__isnull=True).update(used_at=at))


def has_slip(code: AccessCode) -> bool:
    """Whether a password of the code's slip is left."""
    return SlipPassword.objects.filter(code=code, used_at__isnull=True).exists()


def _different(below: Callable[[int], int]) -> list[str]:
    passwords: dict[str, None] = {}
    while len(passwords) < PASSWORDS:
        passwords[f"{below(10**DIGITS):0{DIGITS}d}"] = None
    return list(passwords)


def _salted(code: AccessCode, password: str) -> str:
    return f"{code.uuid} {password}"
