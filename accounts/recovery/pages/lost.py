"""A lost second factor, between the two steps of a login; and stopping what somebody else began."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.links.pages import forget, open_link, opened
from accounts.login import half_finished
from accounts.login.rules import needs_strong_factor
from accounts.login.ways import ways_of
from accounts.models import LinkPurpose, SignInFactor, User
from accounts.recovery import lost_factor as recoveries
from accounts.recovery.steps import delay_hours, steps_of
from accounts.second_factor.factors import has_second_factor
from accounts.sessions.services import actor_of
from accounts.throttling.words import again_sentence

_STOP = LinkPurpose.CANCEL_RECOVERY


@require_http_methods(["GET", "HEAD", "POST"])
def lost_factor(request: HttpRequest) -> HttpResponse:
    """For whoever gave the right password just now: a backup code, or the service desk; or where it stands."""
    at = timezone.now()
    begun = half_finished.current(request, at)
    if begun is None:
        return redirect("accounts:login")
    if not has_second_factor(begun.user):
        return redirect("accounts:set_up")
    if request.method == "POST":
        return _post(request, begun.user, at)
    return _page(request, begun.user, at)


@require_safe
def stop_link(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """The link of a message: opening it stops nothing."""
    return open_link(_STOP, token, reverse("accounts:stop_recovery"), timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest) -> HttpResponse:
    """One press stops the recovery."""
    at = timezone.now()
    link = opened(request, _STOP, at)
    recovery = recoveries.of_link(link) if link is not None else None
    if link is None or recovery is None:
        return render(request, "accounts/recovery/stop_over.html", status=404)
    if request.method != "POST":
        return render(request, "accounts/recovery/stop.html", {"recovery": recovery})
    if not recoveries.stop_by_link(link, recovery, actor_of(request), at):
        return render(request, "accounts/recovery/stop_over.html", status=404)
    response = redirect("accounts:stopped")
    forget(response, _STOP)
    return response


@require_safe
def stopped(request: HttpRequest) -> HttpResponse:
    """It is stopped; what to do if it was somebody else."""
    return render(request, "accounts/recovery/stopped.html")


def _post(request: HttpRequest, user: User, at: datetime) -> HttpResponse:
    """Ask; or, once the delay is over, have the factors removed and set another one up."""
    recovery = recoveries.open_recovery(user)
    if recovery is not None and recoveries.is_due(recovery, at):
        recoveries.finish(recovery, actor_of(request), at)
        return redirect("accounts:set_up")
    verdict = recoveries.ask(user, actor_of(request), at)
    if not verdict.allowed:
        return _page(request, user, at, again_sentence(verdict.again_at or at, at))
    return redirect("accounts:lost_factor")


def _page(request: HttpRequest, user: User, at: datetime, wait: str = "") -> HttpResponse:
    recovery = recoveries.open_recovery(user)
    ways = ways_of(user, strong_only=needs_strong_factor(user, at))
    context = {
        "recovery": recovery,
        "steps": steps_of(recovery) if recovery is not None else [],
        "is_due": recovery is not None and recoveries.is_due(recovery, at),
        "has_backup_codes": any(way.kind is SignInFactor.BACKUP_CODE for way in ways),
        "hours": delay_hours(),
        "wait": wait,
    }
    return render(request, "accounts/recovery/lost_factor.html", context, status=429 if wait else 200)
