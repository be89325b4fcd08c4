"""Opening images and reports: the right and its audit row stand or fall together.

A look is one viewer opening one study's images, or its report, in one session; again after 30 minutes. The frames that
follow cost no write.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Subquery

from accounts.audit.services import record
from accounts.models import AuditAction
from studies.models import Audience, Instance, InstanceKind, Look, LookedAt, ReportStatus, ReportVersion, Study

from .answers import Opening, ReportFacts, documents_answer, images_answer, report_answer
from .grants import Answer
from .queries import NotVisible, described, opening_rows, reports_of
from .viewers import Viewer

AnswerOf = Callable[[list[Opening], datetime | None, datetime], Answer]
Details = dict[str, str | int | bool | None]
LOOK_LASTS = timedelta(minutes=30)
_ACTIONS = {LookedAt.IMAGES: AuditAction.LOOKED_AT_IMAGES, LookedAt.REPORT: AuditAction.LOOKED_AT_REPORT}


@dataclass(frozen=True)
class Opened:
    """A study's key, because of which audience it opened, and whether this session's look still lasts."""

    study: int
    audience: Audience
    look_lasts: bool


def open_images(viewer: Viewer | None, uuid: UUID, at: datetime) -> Study:
    """The study whose images this viewer may see now, the look audited. Raises NotVisible."""
    opened = _images(viewer, uuid, at)
    if not opened.look_lasts:
        with transaction.atomic():
            opened = _images(viewer, uuid, at)
            _note(viewer, opened, LookedAt.IMAGES, at)
    return described().get(pk=opened.study)


def open_instance(viewer: Viewer | None, study: UUID, instance: UUID, at: datetime) -> Instance:
    """One instance of a study whose images this viewer may see now, likewise: two queries once the look is audited."""
    opened = _images(viewer, study, at)
    found = _instance(opened, instance)
    if not opened.look_lasts:
        open_images(viewer, study, at)
    return found


def open_document(viewer: Viewer | None, study: UUID, instance: UUID, at: datetime) -> Instance:
    """A document (PDF) of a study whose images and reports this viewer may see now; each download is audited.

    Raises NotVisible.
    """
    with transaction.atomic():
        opened = _images(viewer, study, at, documents_answer)
        found = _instance(opened, instance)
        if viewer is None or found.kind != InstanceKind.DOCUMENT:
            raise NotVisible
        _note(viewer, opened, LookedAt.IMAGES, at)
        about = described().get(pk=opened.study)
        _record(AuditAction.DOWNLOADED, viewer, opened, about, at, {"instance": str(found.uuid)})
    return found


def open_report(viewer: Viewer | None, uuid: UUID, at: datetime) -> list[ReportVersion]:
    """The versions of a study's reports that this viewer may read now, oldest first, the look audited.

    A version that was cancelled, and what came before it, is not among them; for patients no preliminary one is.
    Raises NotVisible.
    """
    with transaction.atomic():
        rows = _rows(viewer, uuid, LookedAt.REPORT, at)
        openings = [Opening.of(row) for row in rows]
        reports = reports_of([rows[0]["seen_study"]], at).get(rows[0]["seen_study"], [])
        reading = {report.id: _reading(openings, report, at) for report in reports}
        allowing = [opening for openings in reading.values() for opening in openings]
        _note(viewer, _opened(rows[0], allowing, at), LookedAt.REPORT, at)
        versions = ReportVersion.objects.filter(report__in=[pk for pk, openings in reading.items() if openings])
        return _readable(versions.select_related("report").order_by("report", "number"), reading)


def forget_looks(at: datetime) -> int:
    """Delete the marks of looks that are over; their audit rows stay. Returns how many."""
    return Look.objects.filter(at__lte=at - LOOK_LASTS).delete()[0]


def _images(viewer: Viewer | None, uuid: UUID, at: datetime, answer: AnswerOf = images_answer) -> Opened:
    rows = _rows(viewer, uuid, LookedAt.IMAGES, at)
    arrived_at = rows[0]["images_arrived"]
    openings = [Opening.of(row) for row in rows]
    return _opened(rows[0], [opening for opening in openings if answer([opening], arrived_at, at).allowed], at)


def _instance(opened: Opened, uuid: UUID) -> Instance:
    current = Instance.objects.filter(replaced_by__isnull=True).select_related("series")
    found = current.filter(uuid=uuid, series__study=opened.study).first()
    if found is None:
        raise NotVisible
    return found


def _rows(viewer: Viewer | None, uuid: UUID, what: LookedAt, at: datetime) -> list[dict[str, Any]]:
    """What opens the study, beside it when its images came and when this session last looked. Raises NotVisible."""
    looks = Look.objects.filter(Q(session=viewer.actor.session if viewer else None), study=uuid, what=what)
    rows = opening_rows(
        viewer,
        at,
        Study.objects.filter(uuid=uuid),
        images_arrived=Subquery(Study.objects.filter(uuid=uuid).values("arrived_at")),
        looked_at=Subquery(looks.values("at")),
    )
    if not rows:
        raise NotVisible
    return rows


def _opened(row: dict[str, Any], allowing: list[Opening], at: datetime) -> Opened:
    if not allowing:
        raise NotVisible
    looked_at: datetime | None = row["looked_at"]
    audience = min((opening.audience for opening in allowing), key=list(Audience).index)
    return Opened(row["seen_study"], audience, looked_at is not None and at - looked_at < LOOK_LASTS)


def _reading(openings: list[Opening], report: ReportFacts, at: datetime) -> list[Opening]:
    return [opening for opening in openings if report_answer([opening], report, at).allowed]


def _readable(versions: Iterable[ReportVersion], reading: dict[int, list[Opening]]) -> list[ReportVersion]:
    readable: list[ReportVersion] = []
    for version in versions:
        if version.status == ReportStatus.CANCELLED:
            readable = [kept for kept in readable if kept.report_id != version.report_id]
        elif version.status != ReportStatus.PRELIMINARY or any(o.preliminary for o in reading[version.report_id]):
            readable.append(version)
    return readable


def _note(viewer: Viewer | None, opened: Opened, what: LookedAt, at: datetime) -> None:
    """Audit this look unless the session's last one still lasts; of looks at the same moment exactly one is written."""
    if viewer is None or opened.look_lasts:
        return
    study = described().get(pk=opened.study)
    if not _begins(viewer.actor.session, study, what, at):
        return
    _record(_ACTIONS[what], viewer, opened, study, at)


def _record(
    action: AuditAction, viewer: Viewer, opened: Opened, study: Study, at: datetime, details: Details | None = None
) -> None:
    record(
        action,
        viewer.actor,
        at,
        audience=opened.audience,
        institution=study.institution.uuid,
        patient=study.request.patient.uuid,
        request=study.request.uuid,
        study=study.uuid,
        details=(details or {}) | ({"device": viewer.actor.device} if viewer.actor.device else {}),
    )


def _begins(session: UUID | None, study: Study, what: LookedAt, at: datetime) -> bool:
    if session is None:
        return True
    look, first = Look.objects.get_or_create(session=session, study=study.uuid, what=what, defaults={"at": at})
    return first or Look.objects.filter(pk=look.pk, at__lte=at - LOOK_LASTS).update(at=at) == 1
