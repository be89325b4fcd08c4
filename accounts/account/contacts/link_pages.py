"""The links of a change's mails. Opening one confirms and stops nothing; one press does."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.links.pages import forget, open_link, opened
from accounts.models import ContactKind, LinkPurpose
from accounts.phones import spelled
from accounts.sessions.services import actor_of

from . import services
from .applying import Outcome


@require_safe
def new_link(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """What the new address gets."""
    return open_link(services.NEW, token, reverse("accounts:change_new"), timezone.now())


@require_safe
def old_link(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """What the present address gets, to agree."""
    return open_link(services.OLD, token, reverse("accounts:change_old"), timezone.now())


@require_safe
def stop_link(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """What the present contacts get, to stop it."""
    return open_link(services.STOP, token, reverse("accounts:stop_change"), timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Confirm that one reads mail at the new address."""
    return _confirm(request, services.NEW, timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
def old(request: HttpRequest) -> HttpResponse:
    """Agree, at the present address."""
    return _confirm(request, services.OLD, timezone.now())


@require_safe
def confirmed(request: HttpRequest) -> HttpResponse:
    """One end has said yes; whether it was the last one, a mail says."""
    return render(request, "accounts/account/change_confirmed.html")


@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest) -> HttpResponse:
    """Stop the change."""
    at = timezone.now()
    link = opened(request, services.STOP, at)
    change = services.of_link(link, at) if link is not None else None
    if link is None or change is None:
        return _over(request)
    if request.method != "POST":
        return render(request, "accounts/account/change_stop.html", {"change": change})
    if not services.stop_by_link(link, actor_of(request), at):
        return _over(request)
    response = redirect("accounts:stopped")
    forget(response, services.STOP)
    return response


def _confirm(request: HttpRequest, purpose: LinkPurpose, at: datetime) -> HttpResponse:
    link = opened(request, purpose, at)
    change = services.of_link(link, at) if link is not None else None
    if link is None or change is None:
        return _over(request)
    if request.method != "POST":
        value = spelled(change.value) if change.kind == ContactKind.PHONE else change.value
        context = {"change": change, "value": value, "is_new": purpose == services.NEW}
        return render(request, "accounts/account/change_confirm.html", context)
    if services.confirm_by_link(link, actor_of(request), at) is Outcome.OVER:
        return _over(request)
    response = redirect("accounts:change_confirmed")
    forget(response, purpose)
    return response


def _over(request: HttpRequest) -> HttpResponse:
    """Used, too old, stopped, made, or never sent: all the same page."""
    return render(request, "accounts/account/change_over.html", status=404)
