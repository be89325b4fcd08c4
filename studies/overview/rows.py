"""The rows of the list as somebody reads them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from studies.access import Seen
from studies.models import Audience
from studies.viewer.pictures import title_of

from .people import Born, born_of, requesters_of, sex_of
from .readiness import State, images_state, report_state


@dataclass(frozen=True)
class Row:
    """One study. `patient` is empty where the files named nobody."""

    uuid: UUID
    patient: str
    born: Born
    sex: str
    examination: str
    modality: str
    performed_at: datetime
    is_today: bool
    is_yesterday: bool
    institution: str
    requesters: tuple[str, ...]
    why: str
    images: State
    report: State


def rows_of(seen: Iterable[Seen], at: datetime) -> list[Row]:
    """One query beside those that found the studies."""
    seen = list(seen)
    requesters = requesters_of(each.study.request_id for each in seen)
    return [_row(each, requesters[each.study.request_id], at) for each in seen]


def _row(seen: Seen, requesters: tuple[str, ...], at: datetime) -> Row:
    study, grant = seen
    patient, institution = study.request.patient, study.institution.name
    days_ago = (timezone.localdate(at) - timezone.localdate(study.performed_at)).days
    return Row(
        uuid=study.uuid,
        patient=patient.list_name,
        born=born_of(patient),
        sex=sex_of(patient),
        examination=title_of(study),
        modality=study.modality,
        performed_at=study.performed_at,
        is_today=days_ago == 0,
        is_yesterday=days_ago == 1,
        institution=institution,
        requesters=requesters,
        why=why(grant.audience),
        images=images_state(grant, institution),
        report=report_state(grant, institution),
    )


def why(audience: Audience) -> str:
    """Why somebody sees a study, said to them."""
    return {
        Audience.PATIENT: _("Your own examination"),
        Audience.REQUESTER: _("You requested it"),
        Audience.COPY_RECIPIENT: _("Copy to you"),
    }.get(audience, str(audience.label))
