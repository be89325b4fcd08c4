"""Which requests show that a person is still there.

All do, but those that a page makes by itself: browsers mark what they fetch ahead (`Sec-Purpose`), our own scripts mark
what they preload or poll (`X-Preload: 1`), and a view that only such requests use is marked with `not_activity`.
"""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

_MARK = "shows_no_activity"


def not_activity(view: View) -> View:
    """A view whose requests do not prolong a session."""
    setattr(view, _MARK, True)
    return view


def is_activity(request: HttpRequest, view: Callable[..., HttpResponseBase]) -> bool:
    """Whether this request, on its way to `view`, prolongs a session."""
    fetched_ahead = "prefetch" in request.headers.get("Sec-Purpose", "") or "X-Preload" in request.headers
    return not fetched_ahead and not getattr(view, _MARK, False)
