"""Writing down who took what away: the right and its audit row stand or fall together."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.audit.services import record
from accounts.models import AuditAction, AuditEvent
from studies.access import AccountViewer, NotVisible, Viewer, account_viewer, find, open_images, open_report
from studies.models import Audience, ReportVersion, Study

from .packing import Content, Package

Details = dict[str, str | int | bool | None]
_RESUMED_WITHIN = timedelta(hours=4)  # the life of a session


def begin(viewer: Viewer, package: Package, at: datetime, *, resumed: bool) -> None:
    """Audit a download that begins now. One that goes on where it broke off in this session is not another one.

    Raises `NotVisible` where the right is gone since the package was made.
    """
    with transaction.atomic():
        open_images(viewer, package.study.uuid, at)
        if not (resumed and _has_begun(viewer, package, at)):
            details: Details = {"content": package.content, "bytes": package.zip.size, "zip": package.zip.digest}
            _record(viewer, package.study, package.audience, details, at)


def take_report(viewer: Viewer | None, uuid: UUID, at: datetime) -> tuple[Study, list[ReportVersion]]:
    """The report as a file, audited. Raises `NotVisible`."""
    with transaction.atomic():
        versions = open_report(viewer, uuid, at)
        study, grant = find(viewer, uuid, at)
        if viewer is None or not versions:
            raise NotVisible
        _record(viewer, study, grant.audience, {"content": Content.REPORT}, at)
        return study, versions


def may_go_on(viewer: Viewer, package: Package, at: datetime) -> bool:
    """Whether what is being sent may still be sent. `viewer`: as the session says now."""
    current = account_viewer(viewer.actor, by_sms=viewer.by_sms) if isinstance(viewer, AccountViewer) else viewer
    try:
        grant = find(current, package.study.uuid, at).grant
    except NotVisible:
        return False
    return grant.images.allowed and (grant.report.allowed or not package.with_report)


def _has_begun(viewer: Viewer, package: Package, at: datetime) -> bool:
    rows = AuditEvent.objects.filter(
        study=package.study.uuid,
        at__gt=at - _RESUMED_WITHIN,
        action=AuditAction.DOWNLOADED,
        session=viewer.actor.session,
    )
    return any(row.details.get("zip") == package.zip.digest for row in rows)


def _record(viewer: Viewer, study: Study, audience: Audience, details: Details, at: datetime) -> None:
    record(
        AuditAction.DOWNLOADED,
        viewer.actor,
        at,
        audience=audience,
        institution=study.institution.uuid,
        patient=study.request.patient.uuid,
        request=study.request.uuid,
        study=study.uuid,
        details=details | ({"device": viewer.actor.device} if viewer.actor.device else {}),
    )
