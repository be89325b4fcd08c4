"""A study's pages: what it is, its pictures in the full window, its report."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from studies.access import PatientViewer, Viewer, find, open_images, open_report, with_documents
from studies.doors import for_viewers
from studies.download.keeping import keeps_of
from studies.viewer.component import components_of
from studies.viewer.readings import readings_of

from .people import head_of
from .readiness import images_state, report_state
from .rows import why


@require_safe
@for_viewers
def study(request: HttpRequest, viewer: Viewer, study: UUID) -> HttpResponse:
    """What a study is, what is ready and why the rest is not; with its pictures and its report as far as they are."""
    at = timezone.now()
    seen = find(viewer, study, at)
    institution = seen.study.institution.name
    opened = [open_images(viewer, study, at)] if seen.grant.images.allowed else []
    shown = components_of(opened, request.GET, with_documents([seen]))
    versions = open_report(viewer, study, at) if seen.grant.report.allowed else []
    context = {
        "study": seen.study,
        "head": head_of(seen.study),
        "states": [images_state(seen.grant, institution), report_state(seen.grant, institution)],
        "keeps": keeps_of([seen]),
        "why": why(seen.grant.audience),
        "pictures": shown[0] if shown else None,
        "reports": readings_of(versions),
        "is_patient": isinstance(viewer, PatientViewer),
    }
    return render(request, "studies/study.html", context)


@require_safe
@for_viewers
def full_window(request: HttpRequest, viewer: Viewer, study: UUID) -> HttpResponse:
    """The pictures from edge to edge, the report beside them where it may be read."""
    at = timezone.now()
    opened = open_images(viewer, study, at)
    seen = find(viewer, study, at)
    context = {
        "study": opened,
        "head": head_of(opened),
        "pictures": components_of([opened], request.GET, with_documents([seen]))[0],
        "reports": readings_of(open_report(viewer, study, at)) if seen.grant.report.allowed else [],
        "is_patient": isinstance(viewer, PatientViewer),
    }
    return render(request, "studies/viewer.html", context)


@require_safe
@for_viewers
def report(request: HttpRequest, viewer: Viewer, study: UUID) -> HttpResponse:
    """The report as a page to read and to print."""
    at = timezone.now()
    versions = open_report(viewer, study, at)
    opened = find(viewer, study, at).study
    context = {
        "study": opened,
        "head": head_of(opened),
        "reports": readings_of(versions),
        "is_patient": isinstance(viewer, PatientViewer),
    }
    return render(request, "studies/report.html", context)
