"""Writing down who took what away: the right and its audit row stand or fall together."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.audit.services import record
from accounts.models import AuditAction, AuditEvent
from studies.access import AccountViewer, Grant, NotVisible, Viewer, account_viewer, find, open_images, open_report
from studies.models import Audience, ReportVersion, Study

from .packing import Content, Package, Part

Details = dict[str, str | int | bool | None]
_RESUMED_WITHIN = timedelta(hours=4)  # the life of a session


def begin(viewer: Viewer, package: Package, at: datetime, *, resumed: bool) -> None:
    """Audit a download that begins now, for each study in it. One that goes on where it broke off in this session is
    not another one.

    Raises `NotVisible` where the right is gone since the package was made.
    """
    with transaction.atomic():
        begun = _begun(viewer, package, at) if resumed else set()
        for part in package.parts:
            if part.images:
                open_images(viewer, part.study.uuid, at)
            if part.study.uuid not in begun:
                _record(viewer, part.study, part.audience, _details(package, part), at)


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
    """Whether what is being sent may still be sent, all of it. `viewer`: as the session says now."""
    current = account_viewer(viewer.actor, by_sms=viewer.by_sms) if isinstance(viewer, AccountViewer) else viewer
    try:
        return all(_still(part, find(current, part.study.uuid, at).grant) for part in package.parts)
    except NotVisible:
        return False


def _still(part: Part, grant: Grant) -> bool:
    return (grant.images.allowed or not part.images) and (grant.report.allowed or not part.report)


def _begun(viewer: Viewer, package: Package, at: datetime) -> set[UUID | None]:
    """The studies for which this very package was written down in this session."""
    rows = AuditEvent.objects.filter(
        study__in=[part.study.uuid for part in package.parts],
        at__gt=at - _RESUMED_WITHIN,
        action=AuditAction.DOWNLOADED,
        session=viewer.actor.session,
    )
    return {row.study for row in rows if row.details.get("zip") == package.zip.digest}


def _details(package: Package, part: Part) -> Details:
    details: Details = {
        "content": package.content if part.images else Content.REPORT,
        "bytes": package.zip.size,
        "zip": package.zip.digest,
    }
    return details | {"studies": len(package.parts)} if len(package.parts) > 1 else details


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
