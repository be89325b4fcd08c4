"""A sheet of ten codes for the drawer, each good for one login where no other factor is at hand.

Ten characters of Crockford's base32 by chance: 50 bits, of which a keyed hash is kept. Typing is forgiving.
"""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.keys import mac, macs
from accounts.models import BackupCode, User

CODES = 10
CHARACTERS = 10
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # https://www.crockford.com/base32.html
_ALIKE = str.maketrans("OIL", "011")
_PURPOSE = "backup code"


def hand_out(user: User, at: datetime) -> list[str]:
    """Ten new codes, `XXXXX-XXXXX` each: what was handed out before works no more. Their texts exist only here.

    To be called within a transaction. A used code stays while a session that began with it may last.
    """
    BackupCode.objects.filter(user=user).filter(
        Q(used_at__isnull=True) | Q(used_at__lte=at - settings.SESSION_LIFE)
    ).delete()
    texts = ["".join(secrets.choice(_ALPHABET) for _ in range(CHARACTERS)) for _ in range(CODES)]
    rows = []
    for text in texts:
        key_id, digest = mac("CODE_KEYS", _PURPOSE, _salted(user, text))
        rows.append(BackupCode(user=user, name=_PURPOSE, key_id=key_id, digest=digest, created_at=at))
    BackupCode.objects.bulk_create(rows)
    return [f"{text[:5]}-{text[5:]}" for text in texts]


def use_backup_code(user: User, typed: str, at: datetime) -> BackupCode | None:
    """The code, used now; None where it is none of the user's or was used before, however many come at once."""
    digests = [digest for _, digest in macs("CODE_KEYS", _PURPOSE, _salted(user, plain(typed)))]
    with transaction.atomic():
        unused = BackupCode.objects.filter(user=user, digest__in=digests, used_at__isnull=True)
        code: BackupCode | None = unused.first()
        if code is None or not unused.filter(pk=code.pk).update(used_at=at):
            return None
    code.used_at = at
    return code


def unused_backup_codes(user: User) -> int:
    """How many codes of the sheet are left."""
    return int(BackupCode.objects.filter(user=user, used_at__isnull=True).count())


def plain(typed: str) -> str:
    """What was typed without case, spaces, dashes and mistaken letters."""
    return "".join(character for character in typed.upper().translate(_ALIKE) if character in _ALPHABET)


def _salted(user: User, text: str) -> str:
    return f"{user.uuid} {text}"
