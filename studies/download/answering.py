"""The answer to whoever takes something away: a ZIP of exact length, or the part of it that a browser still lacks."""

import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from studies.access import NotVisible, Seen, Viewer, viewer_of

from . import services
from .packing import Content, Package, file_name, package_of
from .ranges import NotSatisfiable, asked_range
from .sending import Stream
from .slots import SLOTS
from .sums import Unavailable

Asked = Callable[[Viewer, datetime], Sequence[Seen]]
_AGAIN_SECONDS = 30
_log = logging.getLogger("pacsonweb.download")


def answer(request: HttpRequest, content: Content, asked: Asked) -> HttpResponseBase:
    """`asked`: which studies it is about, of one request, as their viewer sees them. Raises `NotVisible`."""
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
            package = package_of(viewer, asked(viewer, at), content, at)
        except Unavailable as reason:
            _log.error("a download would be incomplete", extra={"fields": {"reason": str(reason)}})
            return render(request, "studies/download/unavailable.html", status=503)
        sent = _sent(request, viewer, package, finished)
        if sent.streaming:
            place.pop_all()  # it gives its place back once it is sent
        return sent


def _busy(request: HttpRequest) -> HttpResponse:
    busy = render(request, "studies/download/busy.html", status=429)
    busy["Retry-After"] = str(_AGAIN_SECONDS)
    return busy


def _sent(request: HttpRequest, viewer: Viewer, package: Package, finished: Callable[[], object]) -> HttpResponseBase:
    size, etag = package.zip.size, f'"{package.zip.digest}"'
    try:
        part = asked_range(request.headers.get("Range"), request.headers.get("If-Range"), etag, size)
    except NotSatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
    sent = range(size) if part is None else part
    headers = {
        "Content-Type": "application/zip",
        "Content-Disposition": f'attachment; filename="{file_name(package.first, package.content, "zip")}"',
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
