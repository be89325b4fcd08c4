"""e-ID is Belgium's: in any other environment there is no such page."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

COUNTRY = "BE"
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def is_belgian() -> bool:
    """Whether this portal is Belgium's."""
    return bool(settings.ENVIRONMENT == COUNTRY)


def belgium_only(view: View[P]) -> View[P]:
    """404 where the portal is another country's."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not is_belgian():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
