"""Which pages of staff the header leads to, remembered in the session.

It shows the way and opens nothing: so it is asked once a minute, not for every page. Whoever gains an appointment by
what they do in this very session has it forgotten, and sees the way at once.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest

LASTS = timedelta(minutes=1)
_KEY = "ways of staff"


def ways_of_staff(request: HttpRequest, asked: Callable[[], Collection[str]], at: datetime) -> Collection[str]:
    """The names of the ways, as this session remembers them at `at`; else what `asked` answers now."""
    kept: dict[str, Any] = request.session.get(_KEY) or {}
    if not kept or not timedelta() <= at - datetime.fromisoformat(kept["at"]) < LASTS:
        kept = {"at": at.isoformat(), "ways": sorted(asked())}
        request.session[_KEY] = kept
    ways: list[str] = kept["ways"]
    return ways


def forget_ways(request: HttpRequest) -> None:
    """What this account may do was changed just now, in this session."""
    request.session.pop(_KEY, None)
