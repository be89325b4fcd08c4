"""The only place that writes reports."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction
from studies.models import Report, ReportStatus, ReportVersion, Request, Study

from .texts import cleaned

_FINAL = (ReportStatus.FINAL, ReportStatus.CORRECTED)


class ReportRefused(ValueError):
    """This version does not follow from what is there; the message says why."""


def receive(
    request: Request,
    status: ReportStatus,
    text: str,
    author: str,
    actor: Actor,
    at: datetime,
    *,
    studies: Iterable[Study] = (),
) -> ReportVersion:
    """Add a version to the report of a request about `studies` (none: about all), or begin that report.

    The same version again changes nothing. Cancelling forgets when the first final version came: what follows is a new
    report, whose delay counts anew. Raises ReportRefused, and ValueError for a text that is too long.
    """
    text, author, named = cleaned(text), " ".join(author.split())[:200], {study.pk for study in studies}
    with transaction.atomic():
        Request.objects.select_for_update().get(pk=request.pk)  # one delivery at a time
        if named - set(Study.objects.filter(request=request).values_list("pk", flat=True)):
            raise ReportRefused("a report names only studies of its own request")
        report = _about(request, named)
        newest = report.versions.order_by("-number").first() if report is not None else None
        if newest is not None and (newest.status, newest.text, newest.author) == (status, text, author):
            return newest
        _check(status, text, newest)
        if report is None:
            report = Report.objects.create(request=request, status=status)
            report.studies.set(named)
        version = report.versions.create(
            number=newest.number + 1 if newest is not None else 1,
            status=status,
            text=text,
            author=author,
            received_at=at,
        )
        report.status = status
        report.first_final_at = (report.first_final_at or at) if status in _FINAL else None
        report.save(update_fields=["status", "first_final_at"])
        _record(request, version, actor, at)
    return version


def _about(request: Request, named: set[int]) -> Report | None:
    reports = Report.objects.filter(request=request).prefetch_related("studies").order_by("pk")
    return next((report for report in reports if {study.pk for study in report.studies.all()} == named), None)


def _check(status: ReportStatus, text: str, newest: ReportVersion | None) -> None:
    if not text and status != ReportStatus.CANCELLED:
        raise ReportRefused("the report is empty")
    if status == ReportStatus.CANCELLED and newest is None:
        raise ReportRefused("there is no report to cancel")
    if status == ReportStatus.PRELIMINARY and newest is not None and newest.status in _FINAL:
        raise ReportRefused("a final report does not become preliminary again: cancel it first")


def _record(request: Request, version: ReportVersion, actor: Actor, at: datetime) -> None:
    record(
        AuditAction.REPORT_RECEIVED,
        actor,
        at,
        institution=request.institution.uuid,
        patient=request.patient.uuid,
        request=request.uuid,
        details={"report": str(version.report.uuid), "version": version.number, "status": version.status},
    )
