"""Patients and requesters as a page names them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from studies.models import Participant, ParticipantRole, Patient, Study
from studies.viewer.pictures import title_of


@dataclass(frozen=True)
class Born:
    """As much of a date of birth as is known: all of it, a `part` (`9/1951`, `1951`), or nothing."""

    on: date | None = None
    part: str = ""


def born_of(patient: Patient) -> Born:
    year, month, day = patient.birth_year, patient.birth_month, patient.birth_day
    if year and month and day:
        return Born(date(year, month, day))
    if year and month:
        return Born(part=f"{month}/{year}")
    return Born(part=str(year) if year else "")


def sex_of(patient: Patient) -> str:
    """DICOM's M and F (PS3.3 C.7.1.1) in a letter of the page's language; empty for anything else."""
    return {"F": _("F"), "M": _("M")}.get(patient.sex, "")


def requesters_of(requests: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Who requested, by request, as a letter would name them. One query."""
    names: dict[int, tuple[str, ...]] = defaultdict(tuple)
    participants = Participant.objects.filter(request__in=set(requests), role=ParticipantRole.REQUESTER)
    for participant in participants.select_related("physician__user").order_by("pk"):
        if participant.display_name:
            names[participant.request_id] += (participant.display_name,)
    return names


@dataclass(frozen=True)
class Head:
    """What stands over a study: whose, what, when, where, requested by whom."""

    title: str
    patient: str
    born: Born
    sex: str
    performed_at: datetime
    institution: str
    requesters: tuple[str, ...]
    accession_number: str


def head_of(study: Study) -> Head:
    """The study comes with its request, patient and institution. One query."""
    request = study.request
    return Head(
        title=title_of(study),
        patient=request.patient.display_name,
        born=born_of(request.patient),
        sex=sex_of(request.patient),
        performed_at=study.performed_at,
        institution=study.institution.name_and_city,
        requesters=requesters_of([study.request_id])[study.request_id],
        accession_number=request.accession_number or request.accession_as_received,
    )
