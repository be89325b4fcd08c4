"""Who is matched on a request; and for whoever may not see patients: how many, and where."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from studies.models import MatchedNumber, NumberToMatch, Participant, Request

from .numbers import identifying


@dataclass(frozen=True)
class Carried:
    """How many participants of one institution's requests carry a number, and of how many a match was undone."""

    institution: str
    name: str
    matched: int
    undone: int


def matched_on(request: Request) -> dict[str, Participant]:
    """A participant for each number on a request that is linked to a physician, by what tells them apart there."""
    return _by_number(request.participants.filter(physician__isnull=False))


def undone_on(request: Request) -> dict[str, Participant]:
    """The same of those whose match was undone."""
    return _by_number(request.participants.filter(unmatched_at__isnull=False))


def _by_number(participants: QuerySet[Participant]) -> dict[str, Participant]:
    named = participants.select_related("physician__user", "request__institution", "request__patient").order_by("-pk")
    return {f"{each.system} {each.digits or each.identifier}": each for each in named}


def carrying_number(number: MatchedNumber) -> QuerySet[Participant]:
    """The participants that carry a number, whoever they are linked to."""
    found = identifying(number.kind, number.value)
    if found is None:
        return Participant.objects.none()
    system, digits = found
    return Participant.objects.filter(system=system, digits=digits)


def carried_at(number: MatchedNumber) -> list[Carried]:
    """For each institution whose requests carry the number, by name. `institution` is its UUID."""
    rows = (
        carrying_number(number)
        .values_list("request__institution__uuid", "request__institution__name")
        .annotate(
            matched=Count("pk", filter=Q(physician=number.physician_id)),
            undone=Count("pk", filter=Q(unmatched_at__isnull=False)),
        )
        .order_by("request__institution__name")
    )
    return [Carried(str(uuid), name, matched, undone) for uuid, name, matched, undone in rows]


def is_being_matched(number: MatchedNumber) -> bool:
    """Whether requests with this number are still being linked in the background."""
    found = identifying(number.kind, number.value)
    return found is not None and NumberToMatch.objects.filter(system=found[0], digits=found[1]).exists()
