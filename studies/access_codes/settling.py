"""Codes that were given out with a price: that nothing is owed any more, or again. It holds for all of a request."""

from datetime import datetime

from django.db import transaction

from accounts.audit.actor import Actor
from accounts.models import AuditAction
from accounts.sessions.services import end_sessions_of
from studies.models import AccessCode

from .debts import priced_codes
from .services import record_of


def settle(code: AccessCode, actor: Actor, at: datetime) -> bool:
    """Nothing is owed for this code, nor for any other of its request. False if that was so before."""
    with transaction.atomic():
        settled = priced_codes(code.request).filter(settled_at__isnull=True).update(settled_at=at)
        if settled:
            record_of(code, AuditAction.PAYMENT_CHANGED, actor, at, {"owes": False})
    code.refresh_from_db(fields=["settled_at"])
    return bool(settled)


def unsettle(code: AccessCode, actor: Actor, at: datetime) -> bool:
    """The price is owed again, and whoever is in with a code of this request is out. False if that was so before."""
    with transaction.atomic():
        again = list(priced_codes(code.request).filter(settled_at__isnull=False))
        if again:
            priced_codes(code.request).update(settled_at=None)
            record_of(code, AuditAction.PAYMENT_CHANGED, actor, at, {"owes": True})
        for other in again:
            end_sessions_of(subject=other.uuid)
    code.refresh_from_db(fields=["settled_at"])
    return bool(again)
