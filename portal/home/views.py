"""The landing page, and whether the portal is well."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.sessions.services import farewell
from portal.patient_login.forms import PatientForm


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The patient's form, and the professionals' door beside it."""
    return render(request, "portal/home.html", {"form": PatientForm(), "farewell": farewell(request)})


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """`ok` while the database answers; asks for no session and no login."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")
