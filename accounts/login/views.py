"""The professionals' door: password, second factor, and out again."""

from datetime import datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.audit.actor import ActorKind
from accounts.models import User
from accounts.second_factor.services import has_second_factor
from accounts.sessions.services import actor_of, farewell
from accounts.throttling.words import again_sentence

from . import half_finished, services
from .browsers import know_browser
from .forms import LoginForm, TokenForm, add_sentences
from .next_page import safe_next


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
                half_finished.begin(request, answer, safe_next(form.cleaned_data["next"]), at)
                return redirect("accounts:second_factor")
            wrong = gettext("This mail address and password do not belong together.")
            _refuse(form, answer, wrong, at)
    elif actor_of(request).kind is ActorKind.ACCOUNT:
        return redirect(safe_next(request.GET.get("next", "")))
    else:
        form = LoginForm(initial={"next": request.GET.get("next", "")})
    said = gettext("That took too long. Please start again.") if half_finished.forget_lapsed(request, at) else ""
    return render(request, "accounts/login.html", {"form": form, "farewell": said or farewell(request)})


@sensitive_post_parameters("token")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Step two: the token of an authenticator app, within five minutes of the password."""
    at = timezone.now()
    begun = half_finished.current(request, at)
    if begun is None:
        return redirect("accounts:login")
    if not has_second_factor(begun.user):
        return render(request, "accounts/no_second_factor.html")
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refused = services.pass_second_factor(request, begun, form.cleaned_data["token"], at)
        if refused is None:
            response = redirect(begun.next_path)
            know_browser(response, begun.user.username)
            return response
        wrong = gettext("This token is not right, or was used already. Wait for the next one and type it here.")
        _refuse(form, refused, wrong, at)
    return render(request, "accounts/second_factor.html", {"form": form})


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Ends a patient's or an account's session, and has the browser forget what it kept of it."""
    was_account = actor_of(request).kind is ActorKind.ACCOUNT
    services.log_out(request, timezone.now())
    response = redirect(resolve_url("accounts:login") if was_account else "/")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _refuse(form: forms.Form, refused: services.Refused, wrong: str, at: datetime) -> None:
    """Say what was wrong, and when the next try works if it has to wait."""
    first = gettext("There were too many tries that were not right.") if refused.unchecked else wrong
    add_sentences(form, first, again_sentence(refused.again_at, at) if refused.again_at else "")
