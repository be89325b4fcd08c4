"""The page of a patient's request."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from studies.access import PatientViewer

from .beside import beside
from .doors import for_patients
from .for_another import is_for_another
from .letter import letter_for


@require_safe
@for_patients
def request_page(request: HttpRequest, viewer: PatientViewer, at: datetime) -> HttpResponse:
    """The letter, and what stands beside it."""
    letter = letter_for(viewer, request.GET.dict(), at)
    context = {"letter": letter, "beside": beside(viewer, letter.ready, is_for_another(request), at)}
    return render(request, "portal/request.html", context)
