"""Error pages in the portal's own hand.

400 and 500 stand alone: they ask for no session, no user and no database, because any of these may be what failed.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation

from portal.patient_login.pressed_twice import is_second_press
from portal.theme import theme_of


def _bare(request: HttpRequest, template: str, status: int) -> HttpResponse:
    with translation.override(translation.get_language_from_request(request)):
        return HttpResponse(render_to_string(template, {"theme": theme_of(request)}), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _bare(request, "portal/errors/400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "portal/errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "portal/errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _bare(request, "portal/errors/500.html", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if is_second_press(request, timezone.now()):
        return redirect("portal:token")  # and from there to what is due
    return render(request, "portal/errors/csrf.html", status=403)
