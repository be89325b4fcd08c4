"""How a desk finds a request: by what somebody at the counter says. Nothing of another institution is ever found."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404

from studies.access_codes.births import Birth
from studies.access_codes.refusals import refusals_named, refusals_seen_by
from studies.models import AccessCode, DeskMessage, Institution, RefusedEntry, Request, Rescue
from studies.rescue.queries import rescues_for_the_desk

MOST_FOUND = 20
_REFERENCE = re.compile(r"[A-Za-z]\d\s*-?\s*\d{2}")
_DATES = (
    re.compile(r"(?P<day>\d{1,2})[./\-\s](?P<month>\d{1,2})[./\-\s](?P<year>\d{4})\b"),
    re.compile(r"\b(?P<year>\d{4})[./\-](?P<month>\d{1,2})[./\-](?P<day>\d{1,2})"),
)


@dataclass(frozen=True)
class Found:
    """Requests, newest first, each with its patient and codes; `has_more` than are shown. `refusals` without a request:
    a reference that was read out, of a code that nobody has."""

    requests: list[Request]
    has_more: bool = False
    refusals: tuple[RefusedEntry, ...] = ()


def search(institution: Institution, text: str, at: datetime) -> Found:
    """The institution's requests that a text means: a number, a reference such as K7-42, a name, a date of birth, or
    both of these. At most four queries."""
    text = text.strip()
    requests = _requests(institution)
    if not text:
        return Found([])
    numbered = Q(accession_number__iexact=text) | Q(accession_as_received__iexact=text) | Q(patient__patient_id=text)
    if found := list(requests.filter(numbered)[:MOST_FOUND]):
        return Found(found)
    if _REFERENCE.fullmatch(text):
        return _by_reference(institution, text, at)
    words, birth = understood(text)
    if not words and birth is None:
        return Found([])
    found = list(requests.filter(_named(words), _born(birth))[: MOST_FOUND + 1])
    return Found(found[:MOST_FOUND], len(found) > MOST_FOUND)


def understood(text: str) -> tuple[list[str], Birth | None]:
    """The words of a name, and a date of birth: `peeters 14/9/1951`, `1951-09-14 anna`."""
    for pattern in _DATES:
        if date := pattern.search(text):
            birth = Birth(int(date["day"]), int(date["month"]), int(date["year"]))
            return _words(text[: date.start()] + " " + text[date.end() :]), birth
    return _words(text), None


def request_of(institution: Institution, uuid: UUID) -> Request:
    """One request with its patient. Raises Http404 for what is not there or not this institution's."""
    found = Request.objects.filter(institution=institution, uuid=uuid).select_related("patient", "institution").first()
    if found is None:
        raise Http404
    return found


def requests_of(institution: Institution, uuids: list[str]) -> list[Request]:
    """Several of the institution's requests, by patient's name."""
    found = _requests(institution).filter(uuid__in=uuids)
    return list(found.order_by("patient__name_alphabetic", "pk"))


def codes_of(request: Request) -> list[AccessCode]:
    """Every code that was given out for a request, newest first, without what could lead to its text."""
    codes = AccessCode.objects.filter(request=request).defer("mac", "key_id")
    return list(
        codes.select_related("request__patient", "request__institution", "replaces").order_by("-issued_at", "-pk")
    )


def code_of(institution: Institution, uuid: UUID) -> AccessCode:
    """One code of the institution's. Raises Http404."""
    codes = AccessCode.objects.filter(uuid=uuid, request__institution=institution)
    found = codes.select_related("request__patient", "request__institution").first()
    if found is None:
        raise Http404
    return found


def last_refusal(request: Request) -> RefusedEntry | None:
    """The last time that somebody was refused with a code of this request."""
    return refusals_seen_by([request.institution.uuid]).filter(request=request.uuid).first()


def messages_about(request: Request) -> list[DeskMessage]:
    """What the patient wrote, what waits for an answer first, then the newest."""
    messages = list(DeskMessage.objects.filter(request=request).order_by("-written_at", "-pk"))
    return sorted(messages, key=lambda message: message.answered_at is not None)


def message_of(institution: Institution, uuid: UUID) -> DeskMessage:
    """Raises Http404."""
    messages = DeskMessage.objects.filter(uuid=uuid, request__institution=institution)
    found = messages.select_related("request__institution", "request__patient").first()
    if found is None:
        raise Http404
    return found


def waiting_messages(institution: Institution) -> list[DeskMessage]:
    """What no one has answered, oldest first."""
    waiting = DeskMessage.objects.filter(request__institution=institution, answered_at__isnull=True)
    return list(waiting.select_related("request__patient").order_by("written_at", "pk")[:MOST_FOUND])


def waiting_rescues(institution: Institution) -> list[Rescue]:
    """Patients to whom no code could be sent and for whom the desk has given none out since, newest first."""
    given_since = AccessCode.objects.filter(request=OuterRef("request"), issued_at__gt=OuterRef("asked_at"))
    waiting = rescues_for_the_desk([institution.uuid]).exclude(Exists(given_since.filter(revoked_at__isnull=True)))
    return list(waiting[:MOST_FOUND])


def _requests(institution: Institution) -> QuerySet[Request]:
    codes = AccessCode.objects.defer("mac", "key_id").order_by("-issued_at", "-pk")
    requests = Request.objects.filter(institution=institution).select_related("patient", "institution")
    return requests.prefetch_related(Prefetch("access_codes", codes)).order_by("-requested_at", "-pk")


def _by_reference(institution: Institution, text: str, at: datetime) -> Found:
    refusals = list(refusals_named(text, [institution.uuid], at)[:MOST_FOUND])
    named = {refusal.request for refusal in refusals if refusal.request is not None}
    requests = list(_requests(institution).filter(uuid__in=named)[:MOST_FOUND])
    return Found(requests, refusals=tuple(refusal for refusal in refusals if refusal.request is None))


def _words(text: str) -> list[str]:
    return re.sub(r"[\^,;]", " ", text).split()


def _named(words: list[str]) -> Q:
    wanted = Q()
    for word in words:
        wanted &= (
            Q(patient__name_alphabetic__icontains=word)
            | Q(patient__name_ideographic__icontains=word)
            | Q(patient__name_phonetic__icontains=word)
        )
    return wanted


def _born(birth: Birth | None) -> Q:
    """Patients whose date is known in part are found by what is known."""
    if birth is None:
        return Q()
    months = Q(patient__birth_month=birth.month) | Q(patient__birth_month__isnull=True)
    days = Q(patient__birth_day=birth.day) | Q(patient__birth_day__isnull=True)
    return Q(patient__birth_year=birth.year) & months & days
