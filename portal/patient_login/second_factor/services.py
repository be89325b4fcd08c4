"""Sending a token to a patient, and taking one."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext

from accounts.audit.actor import SYSTEM, Actor
from accounts.challenges import services as challenges
from accounts.challenges.values import Occasion, SendOutcome, Sent, Verification
from accounts.models import AuditAction, Challenge, ChallengeChannel, ChallengePurpose
from accounts.sessions.services import actor_of
from accounts.throttling.limits import sms_of_institution
from accounts.throttling.services import Try
from portal.patient_login.steps import PatientLogin, finish, note_way
from studies.access_codes.demands import effective_second_factor
from studies.access_codes.queries import live_codes
from studies.access_codes.services import record_of
from studies.access_codes.slips import DIGITS as SLIP_DIGITS
from studies.access_codes.slips import has_slip, use_slip_password
from studies.access_codes.tries import give_token_try_back, has_token_tries, take_token_try
from studies.models import AccessCode, Concern, DeskMessage

from .ways import SLIP, Way, ways_of
from .words import words_for

_UNDELIVERED = (SendOutcome.FAILED, SendOutcome.LATE, SendOutcome.TOO_MANY)


class Taken(StrEnum):
    """What came of typing a token or a password of a slip."""

    VERIFIED = "verified"
    WRONG = "wrong"
    WRONG_SLIP = "wrong_slip"
    LAST_WRONG = "last_wrong"
    SPENT = "spent"
    EXPIRED = "expired"
    USED = "used"
    REPLACED = "replaced"
    NONE = "none"
    DESK = "desk"  # too many wrong ones in the code's life


def send_token(request: HttpRequest, login: PatientLogin, way: Way, at: datetime) -> tuple[Way, Sent]:
    """Send a token this way, or by mail where an SMS does not leave and the institution allows it: the way it took."""
    occasion = occasion_of(login.code, login.session, actor_of(request))
    sent = _send(occasion, login.code, way, at)
    instead = _instead_of(login.code, way, at) if sent.outcome in _UNDELIVERED else None
    if instead is not None:
        return instead, _send(occasion, login.code, instead, at)
    return way, sent


def choose_way(request: HttpRequest, login: PatientLogin, wanted: str, at: datetime) -> PatientLogin:
    """The login with the way that was chosen, where it is one of those there are; as it was otherwise."""
    is_there = has_slip(login.code) if wanted == SLIP else any(way.channel == wanted for way in ways_of(login.code, at))
    if is_there:
        return note_way(request, login, wanted)
    return login


def take_token(request: HttpRequest, login: PatientLogin, typed: str, at: datetime) -> Taken:
    """Try six digits of a message, or eight of a slip. After VERIFIED the patient is in, in the same transaction."""
    if not take_token_try(login.code):
        return Taken.DESK
    with transaction.atomic():
        taken = _taken(request, login, typed, at)
        if taken is Taken.VERIFIED:
            finish(request, login, effective_second_factor(login.code), at)
    if taken not in (Taken.WRONG, Taken.LAST_WRONG, Taken.WRONG_SLIP):
        give_token_try_back(login.code)
    return taken


def occasion_of(code: AccessCode, session: UUID, actor: Actor) -> Occasion:
    about = code.request
    return Occasion(
        ChallengePurpose.PATIENT_LOGIN,
        code.uuid,
        session,
        actor,
        institution=about.institution.uuid,
        patient=about.patient.uuid,
        request=about.uuid,
    )


def fall_back(challenge: Challenge, at: datetime) -> None:
    """An SMS turned out to be undeliverable: send a mail to the same session, where the institution allows it."""
    live = live_codes(at).filter(uuid=challenge.subject).select_related("request__patient", "request__institution")
    code = live.first()
    if code is None or challenge.channel != ChallengeChannel.SMS or not has_token_tries(code):
        return
    mail = _mail_of(code, at)
    if mail is not None:
        with translation.override(code.request.patient.language or settings.LANGUAGE_CODE):
            _send(occasion_of(code, challenge.session, SYSTEM), code, mail, at)


def note_wrong_number(login: PatientLogin, actor: Actor, at: datetime) -> None:
    """The patient says that the number or address held is not theirs: one message to the desk, not one a click."""
    text = gettext("The mobile number or mail address that you hold is not mine.")
    request = login.code.request
    with transaction.atomic():
        _message, is_new = DeskMessage.objects.get_or_create(
            request=request, concern=Concern.DATA, text=text, answered_at=None, defaults={"written_at": at}
        )
        if is_new:
            record_of(login.code, AuditAction.CONCERN_WRITTEN, actor, at, {"concern": Concern.DATA.value})


def _send(occasion: Occasion, code: AccessCode, way: Way, at: datetime) -> Sent:
    institution = code.request.institution
    caps: list[Try] = [(sms_of_institution(institution.sms_per_day), str(institution.uuid))] if way.is_sms else []
    return challenges.send(
        occasion, way.channel, way.recipient, lambda token: words_for(way.channel, token), at, also=caps
    )


def _instead_of(code: AccessCode, way: Way, at: datetime) -> Way | None:
    return _mail_of(code, at) if way.is_sms and code.request.institution.mail_when_sms_fails else None


def _mail_of(code: AccessCode, at: datetime) -> Way | None:
    return next((way for way in ways_of(code, at) if not way.is_sms), None)


def _taken(request: HttpRequest, login: PatientLogin, typed: str, at: datetime) -> Taken:
    actor = actor_of(request)
    if len(typed) == SLIP_DIGITS:
        if use_slip_password(login.code, typed, at):
            return Taken.VERIFIED
        record_of(login.code, AuditAction.TOKEN_REFUSED, actor, at, {"reason": Taken.WRONG_SLIP.value})
        return Taken.WRONG_SLIP
    verification = challenges.verify(occasion_of(login.code, login.session, actor), typed, at)
    return Taken.VERIFIED if verification is Verification.VERIFIED else Taken(verification.value)
