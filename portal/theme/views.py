"""Choosing the theme."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from portal.returning import path_to_return_to

from . import Theme


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember `theme` for a year and go back to the page named by `next`."""
    response = HttpResponseRedirect(path_to_return_to(request))
    chosen = request.POST.get("theme", "")
    if chosen in set(Theme):
        response.set_cookie(
            settings.THEME_COOKIE_NAME,
            chosen,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )
    return response
