"""Requests that somebody marked in the admin's list, on their way to the desk's page of letters."""

from collections.abc import Iterable

from django.http import HttpRequest

from studies.models import Request

_MARKED = "marked requests"


def mark_requests(request: HttpRequest, requests: Iterable[Request]) -> None:
    """Keep which they are in the session."""
    request.session[_MARKED] = [str(marked.uuid) for marked in requests]


def marked_requests(request: HttpRequest) -> list[str]:
    """Their UUIDs. Whoever asks for them asks again whether they may be seen."""
    return list(request.session.get(_MARKED, []))
