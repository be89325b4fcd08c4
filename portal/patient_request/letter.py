"""The patient's page as a letter: whose, what, when, where, requested by whom, and what there is to see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from portal.templatetags.days import day, month
from studies.access import PatientViewer, Seen, open_images, open_report, page_of, with_documents
from studies.access_codes.services import renewable_by_patient
from studies.download.keeping import Keep, Together, keeps_of, together_of
from studies.models import Institution, Patient, Study
from studies.overview.people import requesters_of
from studies.overview.readiness import State
from studies.viewer.component import Component, components_of
from studies.viewer.pictures import title_of
from studies.viewer.readings import Reading, readings_of

from .ready import ready_states


@dataclass(frozen=True)
class Examination:
    """One study of the request. `pictures` is None where its images are not shown; a report stands with the first."""

    study: Study
    title: str
    pictures: Component | None
    reports: list[Reading]


@dataclass(frozen=True)
class Letter:
    """`names`: the patient's in each script it came in. `birth` is empty where nothing is known of it.

    `code_renewed`: until when the code would work if it were kept open longer now, if it can be. `examinations` are
    those with something to see or read; `has_several`: whether the request has several studies.
    """

    title: str
    names: list[str]
    birth: str
    performed_at: datetime | None
    institution: Institution
    requesters: Sequence[str]
    examinations: list[Examination]
    has_several: bool
    ready: list[State]
    keeps: list[Keep]
    together: Together | None
    code_until: datetime
    code_renewed: datetime | None

    @property
    def has_report(self) -> bool:
        return any(examination.reports for examination in self.examinations)

    @property
    def still_ahead(self) -> list[State]:
        """What is awaited or not shown."""
        return [state for state in self.ready if not state.is_ready]


def letter_for(viewer: PatientViewer, query: Mapping[str, str], at: datetime) -> Letter:
    """The letter to whoever came in with this code. What it shows is audited as looks; `query` selects a picture."""
    request = viewer.code.request
    seen = sorted(page_of(viewer, at), key=lambda each: each.study.performed_at)
    examinations = _examinations(viewer, seen, query, at)
    keeps = keeps_of(seen)
    return Letter(
        title=" · ".join(dict.fromkeys(title_of(study) for study, _grant in seen))
        or request.description
        or _("Your examination"),
        names=names_of(request.patient),
        birth=birth_of(request.patient),
        performed_at=seen[0].study.performed_at if seen else None,
        institution=request.institution,
        requesters=requesters_of([request.pk]).get(request.pk, ()),
        examinations=[each for each in examinations if each.pictures or each.reports],
        has_several=len(seen) > 1,
        ready=ready_states(seen),
        keeps=keeps,
        together=together_of(seen, keeps),
        code_until=viewer.code.expires_at,
        code_renewed=renewable_by_patient(viewer.code, at),
    )


def names_of(patient: Patient) -> list[str]:
    """`["Gildong Hong", "洪 吉洞", "홍 길동"]`: letters in reading order, other scripts family name first."""
    others = (patient.name_ideographic, patient.name_phonetic)
    names = [patient.display_name, *(" ".join(part for part in group.split("^") if part) for group in others)]
    return [name for name in dict.fromkeys(names) if name]


def birth_of(patient: Patient) -> str:
    """`14 September 1951`, `September 1951` or `1951`, as far as it is known."""
    if patient.birth_year is None:
        return ""
    if patient.birth_month is None:
        return str(patient.birth_year)
    known = date(patient.birth_year, patient.birth_month, patient.birth_day or 1)
    return day(known) if patient.birth_day else month(known)


def _examinations(
    viewer: PatientViewer, seen: Sequence[Seen], query: Mapping[str, str], at: datetime
) -> list[Examination]:
    shown = [open_images(viewer, study.uuid, at) for study, grant in seen if grant.images.allowed]
    pictures = {component.study: component for component in components_of(shown, query, with_documents(seen))}
    told: set[int] = set()
    examinations = []
    for study, grant in seen:
        versions = open_report(viewer, study.uuid, at) if grant.report.allowed else []
        fresh = [version for version in versions if version.report_id not in told]
        told.update(version.report_id for version in versions)
        examinations.append(Examination(study, title_of(study), pictures.get(study.uuid), readings_of(fresh)))
    return examinations
