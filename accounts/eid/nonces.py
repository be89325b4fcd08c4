"""Numbers for cards to sign: one for a session at a time, for five minutes, used once."""

import base64
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import EidNonce

from .refusals import Reason, Refused

LASTS = timedelta(minutes=5)
BYTES = 32  # at least 256 bits, as the specification asks


def give(session: UUID, at: datetime) -> str:
    """A new number (base64) for this session; the one before no longer works."""
    nonce = base64.b64encode(secrets.token_bytes(BYTES)).decode()
    EidNonce.objects.update_or_create(session=session, defaults={"nonce": nonce, "expires_at": at + LASTS})
    return nonce


def spend(session: UUID | None, at: datetime) -> EidNonce:
    """The session's number, for one caller only, whatever comes of it. Raises `Refused` without one."""
    row = EidNonce.objects.filter(session=session).first() if session is not None else None
    # Whoever deletes the row has it: of many tries at once, one does.
    if row is None or not EidNonce.objects.filter(pk=row.pk, nonce=row.nonce).delete()[0]:
        raise Refused(Reason.NONCE_USED)
    if at >= row.expires_at:
        raise Refused(Reason.NONCE_LATE)
    return row


def given_at(row: EidNonce) -> datetime:
    return row.expires_at - LASTS


def forget_nonces(at: datetime) -> int:
    """Delete numbers that nobody signed in time. Returns how many."""
    return EidNonce.objects.filter(expires_at__lte=at).delete()[0]
