"""The page of the mobile number: where a token went, what went wrong with sending it, when another can be asked for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.challenges.delivery import Delivery
from accounts.challenges.services import latest
from accounts.challenges.values import SendOutcome, Sent, Verification
from accounts.models import Challenge, User
from accounts.phones import spelled
from accounts.sessions.services import actor_of
from accounts.throttling.words import again_sentence

from .first_number import occasion_of

_KEY = "registration_token_sent"


@dataclass(frozen=True)
class PhonePage:
    """`number` in groups; `is_sent`: a token is on its way to this session; `wait`: seconds until another can be asked
    for; `problem`: what went wrong with sending, in sentences, or empty."""

    number: str
    is_sent: bool
    wait: int
    problem: str


def page_of_phone(request: HttpRequest, user: User, session: UUID, at: datetime) -> PhonePage:
    challenge = latest(occasion_of(user, session, actor_of(request)))
    noted = request.session.get(_KEY) or {}
    again_at = datetime.fromisoformat(noted["again_at"]) if noted.get("again_at") else None
    wait = max(again_at - at, timedelta()) if again_at else timedelta()
    return PhonePage(
        spelled(user.phone),
        challenge is not None and challenge.delivery != Delivery.FAILED,
        -(-wait // timedelta(seconds=1)),
        _problem(noted, challenge, again_at, at),
    )


def note_sent(request: HttpRequest, sent: Sent) -> None:
    """Keep what came of sending for the page that follows."""
    again_at = sent.again_at.isoformat() if sent.again_at else ""
    request.session[_KEY] = {"outcome": sent.outcome.value, "again_at": again_at}


def sentence_of(verification: Verification) -> str:
    """Why a token was not accepted, and what to do."""
    return {
        Verification.WRONG: _("This token is not right. Please compare it with the newest message, and type it again."),
        Verification.LAST_WRONG: _(
            "This token is not right, and that was one try too many for it. Ask for a new one below."
        ),
        Verification.SPENT: _("There were too many tries with this token. Ask for a new one below."),
        Verification.EXPIRED: _("This token is too old: it works for 10 minutes. Ask for a new one below."),
        Verification.USED: _("This token was used already. Ask for a new one below."),
        Verification.REPLACED: _("A newer token was sent since, for another browser or page. Ask for a new one below."),
        Verification.NONE: _("No token has been sent yet. Ask for one below."),
    }[verification]


def _problem(noted: dict[str, Any], challenge: Challenge | None, again_at: datetime | None, at: datetime) -> str:
    again = again_sentence(again_at, at) if again_at and again_at > at else ""
    match noted.get("outcome"):
        case SendOutcome.TOO_MANY:
            return " ".join(part for part in (_("No more messages can be sent for now."), again) if part)
        case SendOutcome.TOO_SOON:
            return _("The last message was sent just now. Please wait a little before you ask for another one.")
    if challenge is not None and challenge.delivery == Delivery.FAILED:
        return _("The message could not be delivered. Is the number right?")
    if challenge is not None and challenge.delivery == Delivery.LATE:
        return _("The message takes longer than usual. It may still come.")
    return ""
