"""The door for whoever has a Belgian e-ID: the page, the number to sign, and what becomes of a card without account."""

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.audit.actor import ActorKind
from accounts.login import half_finished
from accounts.login.completing import Arrival
from accounts.login.half_finished import Purpose
from accounts.login.next_page import safe_next
from accounts.sessions.services import actor_of, farewell
from accounts.throttling.words import again_sentence

from . import pending, proving, services
from .belgium import belgium_only
from .proving import TooEarly
from .refusals import Refused


@sensitive_post_parameters("token")
@require_http_methods(["GET", "HEAD", "POST"])
@belgium_only
def login(request: HttpRequest) -> HttpResponse:
    """What is needed and what is missing; a token that is posted logs its holder in."""
    at = timezone.now()
    if request.method == "POST":
        return _log_in(request, safe_next(request.POST.get("next", "")), at)
    next_path = safe_next(request.GET.get("next", ""))
    if actor_of(request).kind is ActorKind.ACCOUNT:
        return redirect(next_path)
    return _page(request, next_path)


@require_POST
@belgium_only
def nonce(request: HttpRequest) -> JsonResponse:
    """A number for the card to sign, for this session and five minutes."""
    at = timezone.now()
    try:
        return JsonResponse({"nonce": proving.challenge(request, at)})
    except TooEarly as early:
        return JsonResponse({"sentence": early_sentence(early, at)}, status=429)


@require_POST
@belgium_only
def bind_by_login(request: HttpRequest) -> HttpResponse:
    """The card that was shown just now is bound by the login with password and second factor that follows."""
    at = timezone.now()
    holder = pending.shown_card(request, at)
    if holder is None:
        return redirect("accounts:eid_login")
    half_finished.expect(request, Purpose.BIND_EID, pending.carried(holder), at)
    return redirect(f"{resolve_url('accounts:login')}?{urlencode({'next': resolve_url('accounts:eid')})}")


@require_POST
@belgium_only
def register(request: HttpRequest) -> HttpResponse:
    """The card that was shown just now is bound to the account that is asked for next in this browser."""
    if not pending.keep_for_registration(request, timezone.now()):
        return redirect("accounts:eid_login")
    return redirect("accounts:register")


def early_sentence(early: TooEarly, at: datetime) -> str:
    first = gettext("There were too many tries that were not right.")
    return f"{first} {again_sentence(early.again_at, at)}" if early.again_at else first


def _log_in(request: HttpRequest, next_path: str, at: datetime) -> HttpResponse:
    try:
        answer = services.log_in(request, request.POST.get("token", ""), at)
    except Refused as refused:
        return _page(request, next_path, refused.sentence)
    except TooEarly as early:
        return _page(request, next_path, early_sentence(early, at))
    if isinstance(answer, Arrival):
        response = redirect(next_path)
        answer.mark(response)
        return response
    pending.note(request, answer, at)
    return render(request, "accounts/eid/unbound.html")


def _page(request: HttpRequest, next_path: str, problem: str = "") -> HttpResponse:
    context = {"next": next_path, "problem": problem, "farewell": farewell(request)}
    return render(request, "accounts/eid/login.html", context)
