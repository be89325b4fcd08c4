"""Changing the mail address or the mobile number, from within the account."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.account.pages.person import person
from accounts.challenges.values import Verification
from accounts.login.again import account_required, ask_again, is_fresh
from accounts.login.words import sentence_about
from accounts.models import ContactChange, ContactKind, RegistrationState
from accounts.phones import masked, spelled
from accounts.registration.confirming_forms import PhoneTokenForm
from accounts.registration.phone_page import sentence_of
from accounts.registration.queries import unfinished_of
from accounts.sessions.services import actor_of, store_of
from accounts.throttling.services import Verdict
from accounts.throttling.words import again_sentence

from . import services, tokens
from .applying import Outcome
from .forms import MailForm, PhoneForm

_PAGES = {ContactKind.MAIL: "accounts:change_mail", ContactKind.PHONE: "accounts:change_phone"}


@sensitive_post_parameters("mail")
@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def mail(request: HttpRequest) -> HttpResponse:
    """Ask for another mail address, or see where that stands."""
    at, user = timezone.now(), person(request)
    change = services.open_change(user, ContactKind.MAIL, at)
    if change is None and not is_fresh(request, at):
        return ask_again(request.path)
    form = MailForm(user, request.POST or None)
    if request.method == "POST" and change is None and form.is_valid():
        verdict = services.ask_mail(user, form.cleaned_data["mail"], actor_of(request), at)
        if verdict.allowed:
            return redirect("accounts:change_mail")
        form.add_error(None, _again(verdict, at))
    return render(request, "accounts/account/mail.html", {"form": form, "person": user, **_about(change, at)})


@sensitive_post_parameters("phone")
@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def phone(request: HttpRequest) -> HttpResponse:
    """Ask for another mobile number, or see where that stands."""
    at, user = timezone.now(), person(request)
    registration = unfinished_of(user.pk)
    if registration is not None and registration.state == RegistrationState.PHONE:
        return redirect("accounts:register_phone")  # where the first number is confirmed, or corrected
    change = services.open_change(user, ContactKind.PHONE, at)
    if change is None and not is_fresh(request, at):
        return ask_again(request.path)
    form = PhoneForm(user, request.POST or None)
    if request.method == "POST" and change is None and form.is_valid():
        verdict = services.ask_phone(user, form.cleaned_data["phone"], actor_of(request), at)
        if verdict.allowed:
            _send(request, services.open_change(user, ContactKind.PHONE, at), at)
            return redirect("accounts:change_phone")
        form.add_error(None, _again(verdict, at))
    return _phone(request, change, form, PhoneTokenForm(), at)


@sensitive_post_parameters("token")
@require_POST
@account_required
def take_token(request: HttpRequest) -> HttpResponse:
    """The digits of a message to one of the two numbers."""
    at = timezone.now()
    change = services.open_change(person(request), ContactKind.PHONE, at)
    if change is None:
        return redirect("accounts:change_phone")
    form = PhoneTokenForm(request.POST)
    if form.is_valid():
        typed = form.cleaned_data["token"]
        verification, outcome = tokens.take(change, _session(request), typed, actor_of(request), at)
        if verification is Verification.VERIFIED:
            return _taken(request, outcome)
        form.add_error("token", sentence_of(verification))
    return _phone(request, change, PhoneForm(person(request)), form, at)


@require_POST
@account_required
def send_token(request: HttpRequest) -> HttpResponse:
    """Have a token sent to the number that is due."""
    at = timezone.now()
    _send(request, services.open_change(person(request), ContactKind.PHONE, at), at)
    return redirect("accounts:change_phone")


@require_POST
@account_required
def old_end_lost(request: HttpRequest, kind: str) -> HttpResponse:
    """Say that the old end is out of reach: seven days, told to every contact. Wants a fresh second factor."""
    at, chosen = timezone.now(), _kind(kind)
    if not is_fresh(request, at):
        return ask_again(resolve_url(_PAGES[chosen]))
    change = services.open_change(person(request), chosen, at)
    if change is not None:
        services.old_end_is_lost(change, actor_of(request), at)
    return redirect(_PAGES[chosen])


@require_POST
@account_required
def give_up(request: HttpRequest, kind: str) -> HttpResponse:
    """Keep what there is."""
    at, chosen = timezone.now(), _kind(kind)
    change = services.open_change(person(request), chosen, at)
    if change is not None and services.give_up(change, actor_of(request), at):
        messages.success(request, gettext("Nothing was changed."))
    return redirect("accounts:account")


@require_POST
@account_required
def finish(request: HttpRequest, kind: str) -> HttpResponse:
    """Make a change whose seven days are over, where nothing else did."""
    at, chosen = timezone.now(), _kind(kind)
    change = services.open_change(person(request), chosen, at)
    if change is None or not services.is_due(change, at):
        return redirect(_PAGES[chosen])
    return _taken(request, services.finish(change, actor_of(request), at))


def _taken(request: HttpRequest, outcome: Outcome | None) -> HttpResponse:
    match outcome:
        case Outcome.CHANGED:
            messages.success(request, gettext("It is changed. You are logged out everywhere else."))
            return redirect("accounts:account")
        case Outcome.OVER:
            messages.warning(request, gettext("This change is over: nothing was changed. You can ask for it again."))
            return redirect("accounts:account")
    return redirect("accounts:change_phone")


def _phone(
    request: HttpRequest, change: ContactChange | None, form: PhoneForm, token_form: PhoneTokenForm, at: datetime
) -> HttpResponse:
    user = person(request)
    context = {"form": form, "token_form": token_form, "person": user, **_about(change, at)}
    context["phone"] = spelled(user.phone) if user.phone else ""
    if change is not None:
        awaits_new = tokens.awaits_new(change)
        context |= {
            "awaits_new": awaits_new,
            "agrees_by_token": services.agrees_by_token(change),
            "is_sent": tokens.sent(change, _session(request), actor_of(request)) is not None,
            "due_number": spelled(change.value) if awaits_new else masked(user.phone),
            "new_number": spelled(change.value),
        }
    return render(request, "accounts/account/phone.html", context)


def _about(change: ContactChange | None, at: datetime) -> dict[str, object]:
    return {"change": change, "is_due": change is not None and services.is_due(change, at), "days": services.DELAY.days}


def _send(request: HttpRequest, change: ContactChange | None, at: datetime) -> None:
    if change is None:
        return
    sent = tokens.send(change, _session(request), actor_of(request), at)
    problem = sentence_about(sent.outcome, sent.again_at, at)
    if problem:
        messages.warning(request, problem)


def _session(request: HttpRequest) -> UUID:
    """The session that a token is bound to. Whoever is logged in has one."""
    row = store_of(request).row
    if row is None:
        raise LookupError("no session holds a change")
    return row.uuid


def _kind(text: str) -> ContactKind:
    if text not in ContactKind.values:
        raise Http404
    return ContactKind(text)


def _again(verdict: Verdict, at: datetime) -> list[str]:
    said = gettext("This was asked for several times already.")
    return [said, again_sentence(verdict.again_at or at, at)]
