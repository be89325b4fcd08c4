"""What somebody takes away: the images as a ZIP, their pictures alone, the report as PDF. Whoever may not gets 404."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from studies.access import find, viewer_of
from studies.overview.people import head_of

from . import services
from .answering import answer
from .packing import Content, file_name
from .report_pdf import About, report_pdf


@require_safe
def images(request: HttpRequest, study: UUID) -> HttpResponseBase:
    """The originals with a DICOMDIR, a page that shows them, and the report."""
    return answer(request, Content.EVERYTHING, lambda viewer, at: [find(viewer, study, at)])


@require_safe
def pictures(request: HttpRequest, study: UUID) -> HttpResponseBase:
    """The pictures as JPEG, for a phone."""
    return answer(request, Content.PICTURES, lambda viewer, at: [find(viewer, study, at)])


@require_safe
def report(request: HttpRequest, study: UUID) -> HttpResponse:
    """The report as PDF."""
    at = timezone.now()
    opened, versions = services.take_report(viewer_of(request, at), study, at)
    with timezone.override(ZoneInfo(opened.institution.time_zone)):
        content = report_pdf([About(head_of(opened), versions)])
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file_name(opened, Content.REPORT, "pdf")}"'
    return response
