"""The files that pages show: one permission check, one file. Whatever is wrong with the wish is the same 404."""

from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from studies.access import NotVisible, open_document, open_instance, viewer_of
from studies.archive import files

# A document from outside is somebody else's program: if a browser opens it in spite of all, then in a box of its own.
SANDBOX = "default-src 'none'; sandbox"


@require_safe
def picture(request: HttpRequest, study: UUID, instance: UUID, frame: int, name: str) -> HttpResponse:
    """A JPEG of one frame, counted from 1; `name`: thumbnail, preview, full, preview-bone …"""
    at = timezone.now()
    opened = open_instance(viewer_of(request, at), study, instance, at)
    return _sent(files.picture(opened, frame, name), "image/jpeg")


@require_safe
def document(request: HttpRequest, study: UUID, instance: UUID) -> HttpResponse:
    """An encapsulated PDF, as a download only."""
    at = timezone.now()
    opened = open_document(viewer_of(request, at), study, instance, at)
    response = _sent(files.document(opened), "application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{instance}.pdf"'
    response["Content-Security-Policy"] = SANDBOX
    return response


def _sent(path: Path | None, content_type: str) -> HttpResponse:
    """The file, or where the front server finds it below its internal location `ACCEL_PREFIX`."""
    if path is None:
        raise NotVisible
    if not settings.ACCEL_PREFIX:
        return HttpResponse(path.read_bytes(), content_type=content_type)
    there = quote(path.relative_to(settings.ARCHIVE_ROOT).as_posix())
    return HttpResponse(headers={"Content-Type": content_type, "X-Accel-Redirect": f"{settings.ACCEL_PREFIX}{there}"})
