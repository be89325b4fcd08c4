"""The page of the second factor: what was sent, where to, what to do when nothing comes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.challenges.delivery import Delivery
from accounts.challenges.services import latest
from accounts.challenges.values import SendOutcome, Sent
from accounts.models import Challenge
from accounts.sessions.services import actor_of
from accounts.throttling.words import again_sentence
from portal.patient_login.about import Ahead, ahead_of
from portal.patient_login.desks import Desk
from portal.patient_login.steps import PatientLogin
from studies.access_codes.tries import has_token_tries

from .services import Taken, occasion_of
from .ways import Way

_KEY = "token_sent"


@dataclass(frozen=True)
class TokenPage:
    """`sent_by` is the way the newest token took, None where none was sent or it could not be delivered.

    `wait`: seconds until the next one may be asked for. `problem` is what went wrong with sending, in sentences;
    `is_over`: only the desk helps now.
    """

    ahead: Ahead
    sent_by: Way | None
    sent_at: datetime | None
    wait: int
    problem: str
    is_over: bool

    @property
    def desks(self) -> list[Desk]:
        return self.ahead.desks

    @property
    def takes_slips_only(self) -> bool:
        return self.sent_at is None and self.ahead.chosen is None

    @property
    def can_type(self) -> bool:
        return self.sent_at is not None or self.ahead.has_slip


def page_of_token(request: HttpRequest, login: PatientLogin, at: datetime) -> TokenPage | None:
    """None where no second factor is asked."""
    ahead = ahead_of(login, at)
    if ahead is None:
        return None
    challenge = latest(occasion_of(login.code, login.session, actor_of(request)))
    noted = request.session.get(_KEY) or {}
    sent_by = next((way for way in ahead.ways if challenge and way.channel == challenge.channel), None)
    again_at = datetime.fromisoformat(noted["again_at"]) if noted.get("again_at") else None
    wait = max(again_at - at, timedelta()) if again_at else timedelta()
    return TokenPage(
        ahead,
        sent_by if challenge and challenge.delivery != Delivery.FAILED else None,
        challenge.sent_at if challenge else None,
        -(-wait // timedelta(seconds=1)),
        _problem(noted, challenge, again_at, at),
        not has_token_tries(login.code),
    )


def note_sent(request: HttpRequest, asked: Way, took: Way, sent: Sent) -> None:
    """Keep what came of sending for the page that follows."""
    request.session[_KEY] = {
        "outcome": sent.outcome.value,
        "again_at": sent.again_at.isoformat() if sent.again_at else "",
        "instead": asked.channel != took.channel,
    }


def forget_sent(request: HttpRequest) -> None:
    request.session.pop(_KEY, None)


def _problem(noted: dict[str, Any], challenge: Challenge | None, again_at: datetime | None, at: datetime) -> str:
    """What went wrong with sending, in sentences; empty where nothing did."""
    again = again_sentence(again_at, at) if again_at and again_at > at else ""
    match noted.get("outcome"):
        case SendOutcome.TOO_MANY:
            return " ".join(part for part in (_("No more messages can be sent for now."), again) if part)
        case SendOutcome.TOO_SOON:
            return _("The last message was sent just now. Please wait a little before you ask for another one.")
    if challenge is not None and challenge.delivery == Delivery.FAILED:
        return _("The message could not be delivered.")
    if challenge is not None and challenge.delivery == Delivery.LATE:
        return _("The message takes longer than usual. It may still come.")
    if noted.get("instead"):
        return _("The text message could not be delivered, so we sent a mail instead.")
    return ""


def sentence_of(taken: Taken) -> str:
    """Why a token was not accepted, and what to do."""
    return {
        Taken.WRONG: _("This token is not right. Please compare it with the newest message, and type it again."),
        Taken.WRONG_SLIP: _("This password is not right, or was used already. Take the next one of your slip."),
        Taken.LAST_WRONG: _("This token is not right, and that was one try too many for it. Ask for a new one below."),
        Taken.SPENT: _("There were too many tries with this token. Ask for a new one below."),
        Taken.EXPIRED: _("This token is too old: it works for 10 minutes. Ask for a new one below."),
        Taken.USED: _("This token was used already. Ask for a new one below."),
        Taken.REPLACED: _("A newer token was sent since, for another browser or page. Ask for a new one below."),
        Taken.NONE: _("No token has been sent yet. Ask for one below."),
        Taken.DESK: _("There were too many tries that were not right. Only the desk of your hospital can help now."),
    }[taken]
