"""What the service desk decides about a registration, and the applicant's part in it. Each is told by mail."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import (
    AuditAction,
    ClaimState,
    IdentifierKind,
    Physician,
    Registration,
    RegistrationState,
    User,
)
from accounts.service_desk.services import add_identifier, refuse_own, verify_physician

from .letters import send_news

OPEN = (RegistrationState.WAITING, RegistrationState.ASKED)


def approve(registration: Registration, actor: Actor, at: datetime) -> None:
    """Verify the physician by the numbers that were claimed and not refused.

    Raises ValidationError, and changes nothing, when one of them is held by somebody else (its sentence says by whom),
    when no number is left, for one's own registration, and when it was decided meanwhile.
    """
    user = _applicant(registration)
    refuse_own(user, actor)
    with transaction.atomic():
        _move(registration, RegistrationState.APPROVED, actor, at)
        physician = Physician.objects.get(user=user)
        for claim in registration.claims.filter(state=ClaimState.WAITING):
            add_identifier(physician, str(claim.country), IdentifierKind(claim.kind), claim.value, actor, at)
        registration.claims.filter(state=ClaimState.WAITING).update(state=ClaimState.ACCEPTED, decided_at=at)
        verify_physician(physician, actor, at)
        _record(registration, "approved", "", actor, at)
    send_news(user, "registration_approved")


def ask_applicant(registration: Registration, question: str, actor: Actor, at: datetime) -> None:
    """Ask the applicant something. The mail says only that there is a question; it is read after logging in."""
    user = _applicant(registration)
    with transaction.atomic():
        _move(registration, RegistrationState.ASKED, actor, at, question=question, answer="")
        _record(registration, "asked", question, actor, at)
    send_news(user, "registration_question")


def refuse(registration: Registration, reason: str, actor: Actor, at: datetime) -> None:
    """Refuse. The account stays, so that the reason can be read in it; it sees nothing."""
    user = _applicant(registration)
    refuse_own(user, actor)
    with transaction.atomic():
        _move(registration, RegistrationState.REFUSED, actor, at, reason=reason)
        registration.claims.filter(state=ClaimState.WAITING).update(state=ClaimState.REFUSED, decided_at=at)
        _record(registration, "refused", reason, actor, at)
    send_news(user, "registration_refused")


@transaction.atomic
def take_up_again(registration: Registration, actor: Actor, at: datetime) -> None:
    """A refused registration waits once more: what was refused in error, or has been made good since."""
    refused = Registration.objects.filter(pk=registration.pk, state=RegistrationState.REFUSED)
    if not refused.update(state=RegistrationState.WAITING, decided_at=None, decided_by=None, reason=""):
        raise ValidationError(_("This was decided already."))
    registration.claims.filter(state=ClaimState.REFUSED).update(state=ClaimState.WAITING, decided_at=None, reason="")
    _record(registration, "taken up again", "", actor, at)


@transaction.atomic
def answer(registration: Registration, text: str, actor: Actor, at: datetime) -> bool:
    """The applicant's answer; the registration waits for the service desk again. False when nothing is asked."""
    asked = Registration.objects.filter(pk=registration.pk, state=RegistrationState.ASKED)
    if not asked.update(state=RegistrationState.WAITING, answer=text):
        return False
    _record(registration, "answered", text, actor, at)
    return True


def _applicant(registration: Registration) -> User:
    """Raises ValidationError for an application whose mail address is not confirmed yet."""
    if registration.user is None:
        raise ValidationError(_("The applicant has not confirmed the mail address yet."))
    return registration.user


def _move(registration: Registration, state: RegistrationState, actor: Actor, at: datetime, **more: str) -> None:
    """Raises ValidationError for a registration that does not wait for the service desk (any more)."""
    is_decided = state in (RegistrationState.APPROVED, RegistrationState.REFUSED)
    decision = {"decided_at": at, "decided_by": actor.uuid} if is_decided else {}
    if not Registration.objects.filter(pk=registration.pk, state__in=OPEN).update(state=state, **more, **decision):
        raise ValidationError(_("This was decided already."))


def _record(registration: Registration, decision: str, words: str, actor: Actor, at: datetime) -> None:
    user = str(registration.user.uuid) if registration.user else None
    details = {"registration": str(registration.uuid), "user": user, "decision": decision, "words": words}
    record(AuditAction.REGISTRATION_DECIDED, actor, at, details=dict(details))
