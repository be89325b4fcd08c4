"""The first login of an account without a second factor: one is set up before it is complete."""

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_otp.models import Device

from accounts.second_factor.enrolling import Enrolling, enrol, enrol_options
from accounts.second_factor.factors import has_second_factor

from . import half_finished
from .half_finished import HalfFinished
from .rules import needs_strong_factor
from .views import finish_login
from .ways import ways_of


@require_safe
def set_up(request: HttpRequest) -> HttpResponse:
    """Which one: an app or a passkey first, a telephone below."""
    at = timezone.now()
    begun = _begun(request, at)
    if begun is None:
        return redirect("accounts:login")
    return render(request, "accounts/set_up.html", {"enrolling": _enrolling(begun, at)})


@sensitive_post_parameters("token", "credential")
@require_http_methods(["GET", "HEAD", "POST"])
def set_up_factor(request: HttpRequest, kind: str) -> HttpResponse:
    """Set it up; the login is complete then, and backup codes are offered."""
    at = timezone.now()
    begun = _begun(request, at)
    if begun is None:
        return redirect("accounts:login")
    return enrol(request, _enrolling(begun, at), kind, at, lambda device: _complete(request, begun, device, at))


@require_POST
def set_up_options(request: HttpRequest) -> JsonResponse:
    """What the browser is asked for a new passkey."""
    at = timezone.now()
    begun = _begun(request, at)
    return JsonResponse({}, status=403) if begun is None else enrol_options(request, _enrolling(begun, at), at)


def _complete(request: HttpRequest, begun: HalfFinished, device: Device, at: datetime) -> HttpResponse:
    response = finish_login(request, begun, device, at)
    if not needs_strong_factor(begun.user, at):
        query = urlencode({"next": response["Location"]})
        response["Location"] = f"{resolve_url('accounts:backup_codes')}?{query}"
    return response


def _begun(request: HttpRequest, at: datetime) -> HalfFinished | None:
    """A login whose account has no factor; or staff's, who gave a weak one and have no strong one."""
    begun = half_finished.current(request, at)
    if begun is None:
        return None
    lacks_strong = bool(begun.passed) and not ways_of(begun.user, strong_only=True)
    return begun if lacks_strong or not has_second_factor(begun.user) else None


def _enrolling(begun: HalfFinished, at: datetime) -> Enrolling:
    return Enrolling(
        begun.user,
        begun.session,
        page="accounts:set_up_factor",
        options="accounts:set_up_options",
        back="accounts:set_up",
        takes_sms=not needs_strong_factor(begun.user, at),
    )
