"""Linking the participants of a number whose holder changed: thousands at a time, each time in one transaction.

Every transaction locks the number's row and asks anew who holds the number, so that the work may be killed, run twice
or be overtaken by the next change.
"""

import logging
import time
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Physician
from studies.models import NumberToMatch, Participant
from studies.overview.listings import lock_requests, refresh_listings_of

from .holders import trusted_holders
from .numbers import Number

AT_ONCE = 2000  # participants in one transaction
_IN_MEMORY = 50_000
# Between two transactions, so that others get to write where there is one writer at a time (SQLite).
BREATH = 0.02

_log = logging.getLogger("pacsonweb.matching")


def finish(uuid: UUID, breath: float = 0.0) -> int:
    """Link what is left of the number with this row, `breath` seconds between transactions. Returns how many moved."""
    moved = 0
    while left := _left_of(uuid):
        for first in range(0, len(left), AT_ONCE):
            moved += _link_some(uuid, left[first : first + AT_ONCE])
            time.sleep(breath)
    if moved:
        _log.info("matching.linked", extra={"fields": {"number": str(uuid), "participants": moved}})
    return moved


def finish_due(_at: datetime) -> int:
    """What no worker came to, or was killed over (DUE_WORK). Returns how many participants moved."""
    waiting = list(NumberToMatch.objects.order_by("asked_at").values_list("uuid", flat=True))
    return sum(finish(uuid, BREATH) for uuid in waiting)


def astray(number: Number) -> QuerySet[Participant]:
    """Participants of this number that are with somebody else than its holder, or with anybody though unmatched."""
    system, digits = number
    holder = trusted_holders([number]).get(number)
    with_somebody = Q(physician__isnull=False)
    wrong = with_somebody
    if holder is not None:
        wrong = Q(unmatched_at=None) & ~Q(physician=holder) | Q(unmatched_at__isnull=False) & with_somebody
    return Participant.objects.filter(wrong, system=system, digits=digits)


def link(participants: QuerySet[Participant]) -> int:
    """Give these to whoever holds their numbers, or to nobody, and make their rows of lists anew.

    To be called in a transaction that has locked the rows of their numbers. Returns how many there were.
    """
    found = dict(participants.values_list("pk", "request_id"))
    if not found:
        return 0
    requests = set(found.values())
    lock_requests(requests)
    named = list(Participant.objects.filter(pk__in=found).values_list("pk", "system", "digits", "unmatched_at"))
    holders = trusted_holders({(system, digits) for _, system, digits, _ in named})
    theirs: dict[Physician | None, list[int]] = {}
    for key, system, digits, unmatched_at in named:
        holder = None if unmatched_at else holders.get((system, digits))
        theirs.setdefault(holder, []).append(key)
    for holder, keys in theirs.items():
        Participant.objects.filter(pk__in=keys).update(physician=holder)
    refresh_listings_of(requests)
    return len(found)


def _left_of(uuid: UUID) -> list[int]:
    """Some participants that are not with who holds the number. Once there are none, the number's row goes."""
    with transaction.atomic():
        order = _locked(uuid)
        left = [] if order is None else list(astray(order.number).values_list("pk", flat=True)[:_IN_MEMORY])
        if order is not None and not left:
            order.delete()
    return left


def _link_some(uuid: UUID, participants: Collection[int]) -> int:
    with transaction.atomic():
        order = _locked(uuid)
        if order is None:
            return 0
        return link(astray(order.number).filter(pk__in=participants))


def _locked(uuid: UUID) -> NumberToMatch | None:
    return NumberToMatch.objects.select_for_update().filter(uuid=uuid).first()
