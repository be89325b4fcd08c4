"""An account's second factors, backup codes and remembered browsers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_otp.models import Device

from accounts.browsers.words import browser_words
from accounts.login.again import account_required, fresh_factor_required, fresh_factor_required_before
from accounts.login.next_page import safe_next
from accounts.login.remembering import forget_browsers, remembered_browsers
from accounts.login.rules import needs_strong_factor
from accounts.models import RememberedBrowser, User
from accounts.second_factor.backup_codes import unused_backup_codes
from accounts.second_factor.enrolling import Enrolling, enrol, enrol_options
from accounts.second_factor.enrolling_forms import NameForm
from accounts.second_factor.factors import MOST, Factor, factor_with, factors_of
from accounts.second_factor.services import make_backup_codes, remove, rename
from accounts.sessions.services import actor_of, store_of


@dataclass(frozen=True)
class Remembered:
    """A remembered browser by name."""

    row: RememberedBrowser
    words: str


@require_safe
@account_required
def devices(request: HttpRequest) -> HttpResponse:
    """What there is, and what can be added."""
    at, user = timezone.now(), _user(request)
    factors = factors_of(user)
    context = {
        "factors": factors,
        "may_add": len(factors) < MOST,
        "may_remove": len(factors) > 1,
        "backup_codes": unused_backup_codes(user),
        "enrolling": _enrolling(request, at),
        "is_staff": needs_strong_factor(user, at),
        "browsers": [Remembered(row, browser_words(row.user_agent)) for row in remembered_browsers(user, at)],
    }
    return render(request, "accounts/devices.html", context)


@sensitive_post_parameters("token", "credential")
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_factor_required
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """Add an authenticator app, a passkey or a telephone."""
    at = timezone.now()
    return enrol(request, _enrolling(request, at), kind, at, lambda device: _added(request, device))


@require_POST
@fresh_factor_required_before("accounts:devices")
def add_options(request: HttpRequest) -> JsonResponse:
    """What the browser is asked for a new passkey."""
    at = timezone.now()
    return enrol_options(request, _enrolling(request, at), at)


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def name(request: HttpRequest, handle: str) -> HttpResponse:
    """Call a device something else."""
    factor = _factor(request, handle)
    form = NameForm(request.POST or None, initial={"name": factor.name})
    if request.method == "POST" and form.is_valid():
        rename(factor, form.cleaned_data["name"], actor_of(request), timezone.now())
        return redirect("accounts:devices")
    return render(request, "accounts/device_name.html", {"form": form, "factor": factor})


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_factor_required
def remove_device(request: HttpRequest, handle: str) -> HttpResponse:
    """Take a device away, after a question."""
    factor = _factor(request, handle)
    if request.method == "POST":
        try:
            remove(factor, actor_of(request), timezone.now())
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, gettext("%(name)s is removed.") % {"name": factor.name})
        return redirect("accounts:devices")
    stands_on = getattr(_user(request), "otp_device", None) == factor.device
    return render(request, "accounts/device_remove.html", {"factor": factor, "stands_on": stands_on})


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_factor_required
def backup_codes(request: HttpRequest) -> HttpResponse:
    """A sheet of codes, shown once: in the answer that made them, and never again."""
    at, user = timezone.now(), _user(request)
    if needs_strong_factor(user, at):
        raise Http404
    texts = make_backup_codes(user, actor_of(request), at) if request.method == "POST" else []
    next_path = safe_next(request.GET["next"]) if "next" in request.GET else ""
    context = {"codes": texts, "left": unused_backup_codes(user), "next": next_path}
    return render(request, "accounts/backup_codes.html", context)


@require_POST
@account_required
def forget(request: HttpRequest) -> HttpResponse:
    """Ask for the second step again in one remembered browser, or in all."""
    wanted = request.POST.get("browser", "")
    only = next((row.uuid for row in _user(request).remembered_browsers.all() if str(row.uuid) == wanted), None)
    if wanted and only is None:
        raise Http404
    forget_browsers(_user(request), actor_of(request), timezone.now(), only)
    return redirect("accounts:devices")


def _added(request: HttpRequest, device: Device) -> HttpResponse:
    messages.success(request, gettext("%(name)s is ready to use.") % {"name": device.name})
    return redirect("accounts:devices")


def _enrolling(request: HttpRequest, at: datetime) -> Enrolling:
    row = store_of(request).row
    return Enrolling(
        _user(request),
        row.uuid if row is not None else UUID(int=0),
        page="accounts:add_factor",
        options="accounts:add_factor_options",
        back="accounts:devices",
        takes_sms=not needs_strong_factor(_user(request), at),
    )


def _factor(request: HttpRequest, handle: str) -> Factor:
    factor = factor_with(_user(request), handle)
    if factor is None:
        raise Http404
    return factor


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError("only whoever is logged in has devices")
    return request.user
