"""A second factor once more, before a sensitive deed.

    @fresh_factor_required
    def sensitive(request): ...

Who gave none in the last ten minutes of this session is led to `/login/again/` and back to the page. What was posted is
not kept: the page that is returned to is the one it was posted from, so a view that takes POST only names that page.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp.models import Device

from accounts.audit.actor import ActorKind
from accounts.audit.services import record
from accounts.eid.cards import opens_by_card
from accounts.models import AuditAction, EidCard, SignInFactor, User
from accounts.second_factor.ceremonies import Ceremony
from accounts.second_factor.kinds import kind_of
from accounts.sessions.services import actor_of, factor_given_at, note_factor_given, store_of

from .asking import Asked, ask, passkey_options, send
from .next_page import safe_next
from .rules import needs_strong_factor
from .ways import Way, ways_of

LASTS = timedelta(minutes=10)
_NEXT = "again_next"
View = Callable[..., HttpResponseBase]


def is_fresh(request: HttpRequest, at: datetime) -> bool:
    """Whether a second factor was given within ten minutes in this account's session."""
    given = factor_given_at(request) if actor_of(request).kind is ActorKind.ACCOUNT else None
    return given is not None and at - given < LASTS


def ask_again(back: str) -> HttpResponse:
    """To the page that asks for a second factor and leads back to `back`, a path of this portal."""
    return redirect(f"{resolve_url('accounts:again')}?{urlencode({'next': back})}")


def fresh_factor_required(view: View) -> View:
    """A view for whoever is logged in and gave a second factor within ten minutes; it has a page of its own."""
    return fresh_factor_required_before("")(view)


def fresh_factor_required_before(back: str) -> Callable[[View], View]:
    """The same for a view that takes POST only: `back` names the page to return to."""

    def decorate(inner: View) -> View:
        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            path = resolve_url(back) if back else request.get_full_path()
            if actor_of(request).kind is not ActorKind.ACCOUNT:
                return redirect(f"{resolve_url('accounts:login')}?{urlencode({'next': path})}")
            if not is_fresh(request, timezone.now()):
                return ask_again(path)
            return inner(request, *args, **kwargs)

        return guarded

    return decorate


def account_required(view: View) -> View:
    """A view for whoever is logged in to an account."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if actor_of(request).kind is not ActorKind.ACCOUNT:
            return redirect(f"{resolve_url('accounts:login')}?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    return guarded


@sensitive_post_parameters("token", "code", "credential")
@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def again(request: HttpRequest) -> HttpResponse:
    """Give a second factor once more; leads back to the page that asked for it."""
    at = timezone.now()
    if "next" in request.GET:
        request.session[_NEXT] = safe_next(request.GET["next"])
    asked = _asked(request, at)
    if not asked.ways:
        return render(request, "accounts/no_second_factor.html")
    if asked.way_of(request).kind is SignInFactor.EID:
        return redirect("accounts:eid_again")
    return ask(request, asked, "accounts/again.html", at, lambda device, _: given(request, device, kind_of(device), at))


@require_POST
@account_required
def send_token(request: HttpRequest) -> HttpResponse:
    """Have a token sent to a telephone of the account."""
    at = timezone.now()
    return send(request, _asked(request, at), at)


@require_POST
@account_required
def options(request: HttpRequest) -> JsonResponse:
    """What the browser's passkeys are asked before a sensitive deed."""
    at = timezone.now()
    return passkey_options(request, _asked(request, at), at)


def given(request: HttpRequest, device: Device | EidCard, factor: SignInFactor, at: datetime) -> HttpResponse:
    """Note the factor that was given once more, and lead back to the page that asked for it."""
    note_factor_given(request, device, at)
    record(AuditAction.FACTOR_ASKED_AGAIN, actor_of(request), at, details={"factor": factor.value})
    return redirect(safe_next(request.session.pop(_NEXT, "")))


def _asked(request: HttpRequest, at: datetime) -> Asked:
    user, row = request.user, store_of(request).row
    if not isinstance(user, User) or row is None:
        raise TypeError("only whoever is logged in is asked again")
    strong_only = needs_strong_factor(user, at)
    by_card = [] if strong_only or not opens_by_card(user) else [Way(SignInFactor.EID, SignInFactor.EID)]
    return Asked(
        user,
        row.uuid,
        ways_of(user, strong_only=strong_only) + by_card,
        Ceremony.AGAIN,
        may_be_remembered=False,
        page="accounts:again",
        send="accounts:again_send",
        options="accounts:again_options",
    )
