"""The form, and "look at your mail": the same answer whether the address is known or not."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit.actor import ActorKind
from accounts.registration import asking
from accounts.registration.current import note_mail, noted_mail
from accounts.registration.forms import RegisterForm
from accounts.registration.letters import KEPT, LINK_LASTS
from accounts.sessions.services import actor_of
from accounts.throttling.words import again_sentence

_HOURS = LINK_LASTS.total_seconds() // 3600


@sensitive_post_parameters("mail", "phone")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Ask for an account. Whoever has one is led to where their registration stands."""
    if actor_of(request).kind is ActorKind.ACCOUNT:
        return redirect("accounts:register_status")
    at = timezone.now()
    form = RegisterForm(request.POST or None)
    if request.method != "POST" or not form.is_valid() or form.asks_to_look_again():
        return _form(request, form)
    application = form.application()
    verdict = asking.ask(application, actor_of(request), at)
    if not verdict.allowed:
        return _form(request, form, _again(verdict.again_at, at))
    note_mail(request, application.mail)
    return redirect("accounts:register_sent")


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Look at your mail. What is shown is what was typed, nothing that the portal knows."""
    return _sent(request)


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Have another mail sent to the same address."""
    at = timezone.now()
    mail = noted_mail(request)
    verdict = asking.send_again(mail, actor_of(request), at) if mail else asking.DONE
    if not verdict.allowed:
        return _sent(request, _again(verdict.again_at, at), status=429)
    messages.success(request, gettext("Another mail is on its way. Only the link of the newest one works."))
    return redirect("accounts:register_sent")


def _form(request: HttpRequest, form: RegisterForm, wait: str = "") -> HttpResponse:
    status = 429 if wait else 200
    return render(request, "accounts/registration/register.html", {"form": form, "wait": wait}, status=status)


def _sent(request: HttpRequest, wait: str = "", status: int = 200) -> HttpResponse:
    mail = noted_mail(request)
    if not mail:
        return redirect("accounts:register")
    context = {"mail": mail, "wait": wait, "hours": int(_HOURS), "days": KEPT.days}
    return render(request, "accounts/registration/sent.html", context, status=status)


def _again(again_at: datetime | None, at: datetime) -> str:
    return again_sentence(again_at or at, at)
