"""The card that opens an account: its owner, who is logged in, sees it, binds one, takes it off, shows it once more."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.login.again import account_required, ask_again, fresh_factor_required, given, is_fresh
from accounts.login.rules import needs_strong_factor
from accounts.login.ways import ways_of
from accounts.models import SignInFactor, User
from accounts.sessions.services import actor_of, factor_of

from . import proving, services
from .belgium import belgium_only
from .cards import card_of, opens_by_card
from .proving import TooEarly
from .refusals import Refused
from .views import early_sentence


@sensitive_post_parameters("token")
@require_http_methods(["GET", "HEAD", "POST"])
@belgium_only
@account_required
def card(request: HttpRequest) -> HttpResponse:
    """The account's card, or how to bind one; a token that is posted binds its holder's card."""
    at, user, problem = timezone.now(), _user(request), ""
    if request.method == "POST":
        if not is_fresh(request, at):
            return ask_again(resolve_url("accounts:eid"))
        try:
            holder = proving.prove(request, request.POST.get("token", ""), at)
            services.bind(user, holder, actor_of(request), at)
        except Refused as refused:
            problem = refused.sentence
        except TooEarly as early:
            problem = early_sentence(early, at)
        else:
            messages.success(
                request, gettext("Your e-ID is bound to your account. From now on you can log in with it.")
            )
            return redirect("accounts:eid")
    context = {"card": card_of(user), "is_fresh": is_fresh(request, at), "problem": problem}
    return render(request, "accounts/eid/card.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@belgium_only
@fresh_factor_required
def remove(request: HttpRequest) -> HttpResponse:
    """Asks whether the card is to be taken off, and does so."""
    user = _user(request)
    if request.method == "POST":
        if services.unbind(user, actor_of(request), timezone.now()):
            messages.success(request, gettext("Your e-ID no longer opens your account."))
        return redirect("accounts:eid")
    bound = card_of(user)
    if bound is None:
        return redirect("accounts:eid")
    context = {"card": bound, "is_here": factor_of(request) == SignInFactor.EID}
    return render(request, "accounts/eid/remove.html", context)


@sensitive_post_parameters("token")
@require_http_methods(["GET", "HEAD", "POST"])
@belgium_only
@account_required
def again(request: HttpRequest) -> HttpResponse:
    """The account's card once more, before a sensitive deed."""
    at, user, problem = timezone.now(), _user(request), ""
    if not opens_by_card(user):
        return redirect("accounts:again")
    if request.method == "POST":
        try:
            shown = services.give_again(request, user, request.POST.get("token", ""), at)
            return given(request, shown, SignInFactor.EID, at)
        except Refused as refused:
            problem = refused.sentence
        except TooEarly as early:
            problem = early_sentence(early, at)
    context = {"problem": problem, "ways": ways_of(user, strong_only=needs_strong_factor(user, at))}
    return render(request, "accounts/eid/again.html", context)


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError("only whoever is logged in has a card")
    return request.user
