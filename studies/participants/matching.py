"""Participants follow the numbers of physicians: a late number, a verification or a suspension changes who is who."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Replace

from accounts.models import RIZIV_DIGITS, IdentifierKind
from studies.ingest.physicians import BETWEEN, Number, trusted_holders
from studies.models import Participant, Study
from studies.overview.listings import refresh_listings

_STUDIES_AT_ONCE = 1000


def match_again(numbers: Collection[Number]) -> int:
    """Link the participants that carry these numbers of national registers to who holds them now, or to nobody.

    The rows of lists follow. To be called in the transaction that changed a number or its holder. Returns how many
    participants changed hands. Reads every participant of the register, so it is for single changes by hand.
    """
    changed: list[Participant] = []
    for kind, value in numbers:
        carrying = list(_carrying(kind, value))
        holders = trusted_holders({(participant.system, participant.identifier) for participant in carrying})
        for participant in carrying:
            holder = holders.get((participant.system, participant.identifier))
            if participant.physician_id != (holder.pk if holder else None):
                participant.physician = holder
                changed.append(participant)
    with transaction.atomic():
        Participant.objects.bulk_update(changed, ["physician"], batch_size=_STUDIES_AT_ONCE)
        requests = {participant.request_id for participant in changed}
        studies = list(Study.objects.filter(request__in=requests))
        for first in range(0, len(studies), _STUDIES_AT_ONCE):
            refresh_listings(*studies[first : first + _STUDIES_AT_ONCE])
    return len(changed)


def _carrying(kind: str, value: str) -> QuerySet[Participant]:
    """Numbers stand on requests as they arrived: with or without dashes, RIZIV's with its last three digits or not."""
    digits: Any = F("identifier")
    for sign in BETWEEN:
        digits = Replace(digits, Value(sign), Value(""))
    named = Participant.objects.filter(system=kind).annotate(bare=digits)
    if kind == IdentifierKind.RIZIV:
        return named.filter(bare__startswith=value[:RIZIV_DIGITS])
    return named.filter(bare=value)
