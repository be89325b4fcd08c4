"""The page of a patient's request."""

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.audit.actor import ActorKind
from accounts.sessions.services import actor_of, end_session
from portal.patient_login.desks import desks
from studies.access import PatientViewer, viewer_of

from .letter import letter_for


@require_safe
def request_page(request: HttpRequest) -> HttpResponse:
    """The letter; whoever is not logged in with a code is led to the form, whose code has ended is told so."""
    at = timezone.now()
    viewer = viewer_of(request, at)
    if isinstance(viewer, PatientViewer):
        with timezone.override(ZoneInfo(viewer.code.request.institution.time_zone)):
            return render(request, "portal/request.html", {"letter": letter_for(viewer, request.GET.dict(), at)})
    if actor_of(request).kind is ActorKind.PATIENT:
        end_session(request)
        return render(request, "portal/code_ended.html", {"desks": desks()}, status=403)
    return redirect("portal:patient")
