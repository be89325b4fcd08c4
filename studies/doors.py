"""The door before study pages: whoever has not passed it is led to the step that is due."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone

from accounts.models import SessionKind
from accounts.sessions.services import last_kind
from studies.access import AccountViewer, Viewer, viewer_of

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]
PageOfViewer = Callable[Concatenate[HttpRequest, Viewer, P], HttpResponse]
PageOfAccount = Callable[Concatenate[HttpRequest, AccountViewer, P], HttpResponse]


def for_viewers(page: PageOfViewer[P]) -> Page[P]:
    """A page for patients' and accounts' sessions; it gets who looks."""

    @wraps(page)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        viewer = viewer_of(request, timezone.now())
        if viewer is None:
            return to_the_step_that_is_due(request)
        return page(request, viewer, *args, **kwargs)

    return guarded


def for_accounts(page: PageOfAccount[P]) -> Page[P]:
    """A page for accounts alone; it gets who looks."""

    @wraps(page)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        viewer = viewer_of(request, timezone.now())
        if not isinstance(viewer, AccountViewer):
            return redirect_to_login(request.get_full_path(), resolve_url("accounts:login"))
        return page(request, viewer, *args, **kwargs)

    return guarded


def to_the_step_that_is_due(request: HttpRequest) -> HttpResponse:
    """A patient whose code or visit ended begins with the code again, everybody else with the login."""
    if last_kind(request) is SessionKind.PATIENT:
        return redirect("portal:patient")
    return redirect_to_login(request.get_full_path(), resolve_url("accounts:login"))
