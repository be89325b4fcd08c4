"""The professionals' door: password, second factor, and out again."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp.models import Device

from accounts.audit.actor import ActorKind
from accounts.models import SignInFactor, User
from accounts.second_factor.ceremonies import Ceremony
from accounts.second_factor.kinds import kind_of
from accounts.sessions.services import actor_of, farewell
from accounts.throttling.words import again_sentence

from . import half_finished, services
from .asking import Asked, ask, passkey_options, send
from .completing import complete_login
from .forms import FactorForm, LoginForm, add_sentences
from .half_finished import HalfFinished, Purpose
from .next_page import safe_next
from .remembering import put_number, remember_browser, remembered_device
from .rules import may_log_in_by, needs_strong_factor
from .sign_ins import note_password
from .ways import ways_of
from .words import warning_of


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Step one: who, and the password. Right or not, the answer never tells whether the account exists."""
    at = timezone.now()
    if request.method == "POST":
        form = LoginForm(request.POST)
        if form.is_valid():
            answer = services.pass_password(request, form.cleaned_data["username"], form.cleaned_data["password"], at)
            if isinstance(answer, User):
                return _password_was_right(request, answer, safe_next(form.cleaned_data["next"]), at)
            wrong = gettext("This mail address and password do not belong together.")
            _refuse(form, answer, wrong, at)
    elif actor_of(request).kind is ActorKind.ACCOUNT:
        return redirect(safe_next(request.GET.get("next", "")))
    else:
        form = LoginForm(initial={"next": request.GET.get("next", "")})
    said = gettext("That took too long. Please start again.") if half_finished.forget_lapsed(request, at) else ""
    _warn(request, half_finished.expected(request, at))
    return render(request, "accounts/login.html", {"form": form, "farewell": said or farewell(request)})


@sensitive_post_parameters("token", "code", "credential")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Step two, within five minutes of the password: one of the factors that the account has set up."""
    at = timezone.now()
    begun = half_finished.current(request, at)
    if begun is None:
        return redirect("accounts:login")
    asked = _asked(begun, at)
    if not asked.ways:
        return redirect("accounts:set_up")
    if request.method != "POST":
        _warn(request, begun.purpose)
    return ask(
        request,
        asked,
        "accounts/second_factor.html",
        at,
        lambda device, form: _factor_was_right(request, begun, device, form, at),
    )


@require_POST
def send_token(request: HttpRequest) -> HttpResponse:
    """Have a token sent to a telephone of the account."""
    at = timezone.now()
    begun = half_finished.current(request, at)
    return redirect("accounts:login") if begun is None else send(request, _asked(begun, at), at)


@require_POST
def second_factor_options(request: HttpRequest) -> JsonResponse:
    """What the browser's passkeys are asked in the second step."""
    at = timezone.now()
    begun = half_finished.current(request, at)
    return JsonResponse({}, status=403) if begun is None else passkey_options(request, _asked(begun, at), at)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Ends a patient's or an account's session, and has the browser forget what it kept of it."""
    was_account = actor_of(request).kind is ActorKind.ACCOUNT
    services.log_out(request, timezone.now())
    response = redirect(resolve_url("accounts:login") if was_account else "/")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def finish_login(
    request: HttpRequest, begun: HalfFinished, device: Device, at: datetime, *, remember: bool = False
) -> HttpResponse:
    """Begin the session, unless another request finished this login first."""
    if not half_finished.finish(request):
        return redirect("accounts:login")
    arrival = complete_login(request, begun.user, device, kind_of(device), at, begun)
    response = redirect(begun.next_path)
    arrival.mark(response)
    if remember and not needs_strong_factor(begun.user, at):
        user_agent = request.META.get("HTTP_USER_AGENT", "")
        put_number(request, response, remember_browser(begun.user, device, user_agent, actor_of(request), at))
    return response


def _password_was_right(request: HttpRequest, user: User, next_path: str, at: datetime) -> HttpResponse:
    with transaction.atomic():
        half_finished.begin(request, user, next_path, at, note_password(request, user, at))
    device = remembered_device(request, user, at)
    begun = half_finished.current(request, at) if device is not None else None
    if begun is None or device is None or not may_log_in_by(user, SignInFactor.REMEMBERED, at):
        return redirect("accounts:second_factor")
    if begun.purpose is not Purpose.LOGIN:  # what lasts is not begun without a second factor
        return redirect("accounts:second_factor")
    arrival = complete_login(request, user, device, SignInFactor.REMEMBERED, at, begun)
    response = redirect(next_path)
    arrival.mark(response)
    return response


def _factor_was_right(
    request: HttpRequest, begun: HalfFinished, device: Device, form: FactorForm, at: datetime
) -> HttpResponse:
    """The login is complete, unless staff gave what they had from before: they set up a stronger factor first."""
    if not may_log_in_by(begun.user, kind_of(device), at):
        half_finished.note_passed(request, device)
        return redirect("accounts:set_up")
    return finish_login(request, begun, device, at, remember=form.wants_to_be_remembered)


def _asked(begun: HalfFinished, at: datetime) -> Asked:
    """Staff are asked for a strong factor; who has none yet for what there is, before setting one up."""
    strong_only = needs_strong_factor(begun.user, at)
    ways = ways_of(begun.user, strong_only=strong_only) or ways_of(begun.user, strong_only=False)
    return Asked(
        begun.user,
        begun.session,
        ways,
        Ceremony.STEP,
        may_be_remembered=not strong_only,
        page="accounts:second_factor",
        send="accounts:send_token",
        options="accounts:second_factor_options",
    )


def _warn(request: HttpRequest, purpose: Purpose) -> None:
    """Say on every page of the way what the login does beside logging in: a notice read once is not read by others."""
    if warning := warning_of(purpose):
        messages.warning(request, warning)


def _refuse(form: forms.Form, refused: services.Refused, wrong: str, at: datetime) -> None:
    """Say what was wrong, and when the next try works if it has to wait."""
    first = gettext("There were too many tries that were not right.") if refused.unchecked else wrong
    add_sentences(form, first, again_sentence(refused.again_at, at) if refused.again_at else "")
