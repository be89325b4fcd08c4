"""Everything of a request in one file, or its pictures alone."""

from collections.abc import Sequence
from datetime import datetime

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from studies.access import PatientViewer, Seen, Viewer, page_of
from studies.download.answering import answer
from studies.download.packing import Content

from .doors import for_patients


@require_safe
@for_patients
def everything(request: HttpRequest, viewer: PatientViewer, at: datetime) -> HttpResponseBase:  # noqa: ARG001 - a page's signature
    """The originals of every study that may be seen, with one directory, one page that shows them, and the report."""
    return answer(request, Content.EVERYTHING, by_date)


@require_safe
@for_patients
def pictures(request: HttpRequest, viewer: PatientViewer, at: datetime) -> HttpResponseBase:  # noqa: ARG001 - as above
    """The pictures of every study that may be seen."""
    return answer(request, Content.PICTURES, by_date)


def by_date(viewer: Viewer, at: datetime) -> Sequence[Seen]:
    """The studies of a patient's request, as the letter tells of them: the earliest first.

    Nobody but patients has one request: an account is a viewer of many, and gets nothing here.
    """
    if not isinstance(viewer, PatientViewer):
        raise Http404
    return sorted(page_of(viewer, at), key=lambda each: each.study.performed_at)
