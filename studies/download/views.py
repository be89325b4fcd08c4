"""What somebody takes away: the images as a ZIP, their pictures alone, the report as PDF. Whoever may not gets 404."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from studies.access import NotVisible, Viewer, viewer_of
from studies.overview.people import head_of
from studies.viewer.readings import readings_of

from . import services
from .packing import Content, Package, file_name, package_for
from .ranges import NotSatisfiable, asked_range
from .report_pdf import report_pdf
from .sending import Stream
from .slots import SLOTS
from .sums import Unavailable

_AGAIN_SECONDS = 30
_log = logging.getLogger("pacsonweb.download")


@require_safe
def images(request: HttpRequest, study: UUID) -> HttpResponseBase:
    """The originals with a DICOMDIR, a page that shows them, and the report."""
    return _download(request, study, Content.EVERYTHING)


@require_safe
def pictures(request: HttpRequest, study: UUID) -> HttpResponseBase:
    """The pictures as JPEG, for a phone."""
    return _download(request, study, Content.PICTURES)


@require_safe
def report(request: HttpRequest, study: UUID) -> HttpResponse:
    """The report as PDF."""
    at = timezone.now()
    opened, versions = services.take_report(viewer_of(request, at), study, at)
    with timezone.override(ZoneInfo(opened.institution.time_zone)):
        content = report_pdf(head_of(opened), readings_of(versions))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file_name(opened, Content.REPORT, "pdf")}"'
    return response


def _download(request: HttpRequest, study: UUID, content: Content) -> HttpResponseBase:
    at = timezone.now()
    viewer = viewer_of(request, at)
    if viewer is None:
        raise NotVisible
    with ExitStack() as place:
        finished = SLOTS.take(viewer.actor.session, settings.DOWNLOADS_AT_ONCE)
        if finished is None:
            return _busy(request)
        place.callback(finished)
        try:
            package = package_for(viewer, study, content, at)
        except Unavailable as reason:
            _log.error("a download would be incomplete", extra={"fields": {"reason": str(reason)}})
            return render(request, "studies/download/unavailable.html", status=503)
        answer = _answer(request, viewer, package, finished)
        if answer.streaming:
            place.pop_all()  # it gives its place back once it is sent
        return answer


def _busy(request: HttpRequest) -> HttpResponse:
    busy = render(request, "studies/download/busy.html", status=429)
    busy["Retry-After"] = str(_AGAIN_SECONDS)
    return busy


def _answer(request: HttpRequest, viewer: Viewer, package: Package, finished: Callable[[], object]) -> HttpResponseBase:
    size, etag = package.zip.size, f'"{package.zip.digest}"'
    try:
        part = asked_range(request.headers.get("Range"), request.headers.get("If-Range"), etag, size)
    except NotSatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
    sent = range(size) if part is None else part
    headers = {
        "Content-Type": "application/zip",
        "Content-Disposition": f'attachment; filename="{file_name(package.study, package.content, "zip")}"',
        "Content-Length": str(len(sent)),
        "Accept-Ranges": "bytes",
        "ETag": etag,
    }
    status = 200 if part is None else 206
    if part is not None:
        headers["Content-Range"] = f"bytes {sent.start}-{sent.stop - 1}/{size}"
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)

    def allowed() -> bool:
        at = timezone.now()
        current = viewer_of(request, at)
        return current is not None and services.may_go_on(current, package, at)

    services.begin(viewer, package, timezone.now(), resumed=sent.start > 0)
    stream = Stream(package.zip.pieces(sent.start, sent.stop), allowed, finished)
    return StreamingHttpResponse(stream, status=status, headers=headers)
