"""The door before the pages of a patient's request."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from portal.patient_login.steps import to_due_step
from studies.access import PatientViewer, viewer_of

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
PageOfPatient = Callable[Concatenate[HttpRequest, PatientViewer, datetime, P], HttpResponseBase]


def for_patients(page: PageOfPatient[P]) -> Page[P]:
    """A page for patients' sessions: it gets who looks and when, in the hospital's time zone.

    Whoever is not in yet is led to the step that is due; whose code has ended is told so.
    """

    @wraps(page)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        at = timezone.now()
        viewer = viewer_of(request, at)
        if isinstance(viewer, PatientViewer):
            with timezone.override(ZoneInfo(viewer.code.request.institution.time_zone)):
                return page(request, viewer, at, *args, **kwargs)
        return to_due_step(request, at)

    return guarded
