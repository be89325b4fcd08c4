"""Gives each request its session, and tells once why one is over."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from accounts.addresses import client_address
from accounts.models import SessionKind

from .activity import is_activity
from .services import FAREWELL_SECONDS, store_of
from .store import SessionStore


class sessions(SessionMiddleware):  # noqa: N801 - named in MIDDLEWARE like its neighbours
    """Django's, on the table of our own. A request counts as activity unless it was marked otherwise (`activity`)."""

    def process_request(self, request: HttpRequest) -> None:
        request.session = SessionStore(
            request.COOKIES.get(settings.SESSION_COOKIE_NAME),
            address=client_address(request),
            user_agent=request.META.get("HTTP_USER_AGENT", ""),
        )

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: Any,  # noqa: ARG002 - Django's signature
        kwargs: Any,  # noqa: ARG002
    ) -> None:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and is_activity(request, view):
            store_of(request).seen(timezone.now())

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        store = store_of(request)
        if store.was_found_over and store.session_key is None and not _is_a_page(request):
            patch_vary_headers(response, ["Cookie"])
            return response
        response = super().process_response(request, response)
        self._keep_farewell(request, response)
        return response

    def _keep_farewell(self, request: HttpRequest, response: HttpResponse) -> None:
        """A short-lived cookie with the bare reason, so that the page after a redirect can still say it."""
        session = store_of(request)
        name = settings.SESSION_ENDED_COOKIE_NAME
        if session.end is not None and not session.end_was_told:
            response.set_cookie(
                name,
                session.end,
                max_age=FAREWELL_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        elif name in request.COOKIES and (session.end_was_told or session.kind is not SessionKind.VISITOR):
            response.delete_cookie(name, samesite="Lax")


def _is_a_page(request: HttpRequest) -> bool:
    """Whether the browser asked for a page.

    Only a page can say why a session is over. A picture or a script that finds it over leaves the cookies as they are:
    it would take the reason away from the page that comes next, speak over a log-out before it, or, answered late, take
    the cookie of a new session.
    """
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
