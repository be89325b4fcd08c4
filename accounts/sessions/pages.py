"""Where an account is logged in, and who logged in lately, for its owner to look through."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.browsers.words import browser_words
from accounts.login.again import account_required
from accounts.login.remembering import forget_browsers
from accounts.login.sign_ins import sign_ins_of
from accounts.models import Session, SignIn, User
from accounts.places.countries import country_name, country_of

from .queries import live_sessions_of
from .services import actor_of, end_other_sessions


@dataclass(frozen=True)
class SessionRow:
    """A session as its owner knows it: which browser, where."""

    session: Session
    browser: str
    country: str
    is_this: bool


@dataclass(frozen=True)
class SignInRow:
    """A sign-in, or a try that got as far as the right password."""

    sign_in: SignIn
    browser: str
    country: str


@require_safe
@account_required
def sessions(request: HttpRequest) -> HttpResponse:
    """Both lists."""
    user, here = _user(request), actor_of(request).session
    context = {
        "sessions": [
            SessionRow(row, browser_words(row.user_agent), country_name(country_of(row.address)), row.uuid == here)
            for row in live_sessions_of(user, timezone.now())
        ],
        "sign_ins": [
            SignInRow(row, browser_words(row.user_agent), country_name(row.country)) for row in sign_ins_of(user)
        ],
    }
    return render(request, "accounts/sessions.html", context)


@require_POST
@account_required
def end(request: HttpRequest) -> HttpResponse:
    """End one session, or all but this one; then the remembered browsers are asked again too."""
    at, user, actor = timezone.now(), _user(request), actor_of(request)
    if "session" in request.POST:
        ended = end_other_sessions(user, actor, at, _uuid(request.POST["session"]))
    else:
        ended = end_other_sessions(user, actor, at)
        forget_browsers(user, actor, at)
    said = ngettext("%(count)d session has ended.", "%(count)d sessions have ended.", ended) % {"count": ended}
    messages.success(request, said if ended else gettext("There was no other session."))
    return redirect("accounts:sessions")


def _uuid(text: str) -> UUID:
    """A session that is nobody's where it is no UUID."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError("only whoever is logged in has sessions")
    return request.user
