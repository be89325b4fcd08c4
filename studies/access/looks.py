"""Opening images and reports: the right and its audit row stand or fall together.

A look is one viewer opening one study's images, or its report, in one session; again after 30 minutes. The frames that
follow cost no write.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from accounts.audit.services import record
from accounts.models import AuditAction
from studies.models import Audience, Look, LookedAt, ReportStatus, ReportVersion, Study

from .answers import Opening, ReportFacts, images_answer, report_answer
from .queries import NotVisible, described, openings_of, reports_of
from .viewers import Viewer

LOOK_LASTS = timedelta(minutes=30)
_ACTIONS = {LookedAt.IMAGES: AuditAction.LOOKED_AT_IMAGES, LookedAt.REPORT: AuditAction.LOOKED_AT_REPORT}


class Opened(NamedTuple):
    """A study, because of which audience it opened, and whether this session's look still lasts."""

    study: Study
    audience: Audience
    look_lasts: bool


def open_images(viewer: Viewer | None, uuid: UUID, at: datetime) -> Study:
    """The study whose images this viewer may see now, the look audited. Raises NotVisible. Two queries a frame."""
    opened = _images(viewer, uuid, at)
    if opened.look_lasts:
        return opened.study
    with transaction.atomic():
        opened = _images(viewer, uuid, at)
        _note(viewer, opened, LookedAt.IMAGES, at)
    return opened.study


def open_report(viewer: Viewer | None, uuid: UUID, at: datetime) -> list[ReportVersion]:
    """The versions of a study's reports that this viewer may read now, oldest first, the look audited.

    A version that was cancelled, and what came before it, is not among them; for patients no preliminary one is.
    Raises NotVisible.
    """
    with transaction.atomic():
        study, openings = _openings(viewer, uuid, LookedAt.REPORT, at)
        reports = reports_of([study.pk]).get(study.pk, [])
        reading = {report.id: _reading(openings, report, at) for report in reports}
        allowing = [opening for openings in reading.values() for opening in openings]
        if not allowing:
            raise NotVisible
        _note(viewer, _opened(study, allowing, at), LookedAt.REPORT, at)
        versions = ReportVersion.objects.filter(report__in=[pk for pk, openings in reading.items() if openings])
        return _readable(versions.select_related("report").order_by("report", "number"), reading)


def _images(viewer: Viewer | None, uuid: UUID, at: datetime) -> Opened:
    study, openings = _openings(viewer, uuid, LookedAt.IMAGES, at)
    allowing = [opening for opening in openings if images_answer([opening], study.arrived_at, at).allowed]
    if not allowing:
        raise NotVisible
    return _opened(study, allowing, at)


def _openings(viewer: Viewer | None, uuid: UUID, what: LookedAt, at: datetime) -> tuple[Study, list[Opening]]:
    """The study, annotated with when this session last looked at `what`, and what opens it."""
    openings = openings_of(viewer, at, Study.objects.filter(uuid=uuid))
    if viewer is None or not openings:
        raise NotVisible
    looks = Look.objects.filter(Q(session=viewer.actor.session), study=OuterRef("uuid"), what=what)
    study = described().annotate(looked_at=Subquery(looks.values("at")[:1])).get(pk__in=openings)
    return study, openings[study.pk]


def _opened(study: Study, allowing: list[Opening], at: datetime) -> Opened:
    looked_at: datetime | None = getattr(study, "looked_at", None)
    audience = min((opening.audience for opening in allowing), key=list(Audience).index)
    return Opened(study, audience, looked_at is not None and at - looked_at < LOOK_LASTS)


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
    if viewer is None or not _begins(viewer.actor.session, opened.study, what, at):
        return
    record(
        _ACTIONS[what],
        viewer.actor,
        at,
        audience=opened.audience,
        institution=opened.study.institution.uuid,
        patient=opened.study.request.patient.uuid,
        request=opened.study.request.uuid,
        study=opened.study.uuid,
    )


def _begins(session: UUID | None, study: Study, what: LookedAt, at: datetime) -> bool:
    if session is None:
        return True
    look, first = Look.objects.get_or_create(session=session, study=study.uuid, what=what, defaults={"at": at})
    return first or Look.objects.filter(pk=look.pk, at__lte=at - LOOK_LASTS).update(at=at) == 1
