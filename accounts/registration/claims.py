"""Numbers that somebody says are theirs: nothing until the service desk agrees."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import (
    AuditAction,
    ClaimState,
    IdentifierClaim,
    IdentifierKind,
    Physician,
    PhysicianIdentifier,
)
from accounts.service_desk.services import add_identifier, refuse_own, remove_identifier

from .letters import send_news
from .numbers import normalised

MOST_WAITING = 10


@transaction.atomic
def claim_identifier(
    physician: Physician,
    country: str,
    kind: IdentifierKind,
    value: str,
    replaces: PhysicianIdentifier | None,
    actor: Actor,
    at: datetime,
) -> IdentifierClaim:
    """Ask the service desk to note a number, in the place of `replaces` where it is given. Asking twice is asking once.

    Whether somebody else holds the number is not said. Raises ValidationError for what is no number, for one's own, and
    when too many wait.
    """
    number = normalised(kind, country, value)
    if not number:
        raise ValidationError(_("This is not a number of a register."))
    if replaces is not None and replaces.physician_id != physician.pk:
        raise ValidationError(_("Only a number of your own can be corrected."))
    if physician.identifiers.filter(kind=kind, value=number).exists():
        raise ValidationError(_("You have this number already."))
    Physician.objects.select_for_update().get(pk=physician.pk)
    waiting = IdentifierClaim.objects.filter(physician=physician, state=ClaimState.WAITING)
    same = waiting.filter(kind=kind, value=number).first()
    if same is not None:
        return same
    if waiting.count() >= MOST_WAITING:
        raise ValidationError(
            _("Several numbers are waiting for the service desk already. Please wait for its answer.")
        )
    claim = IdentifierClaim.objects.create(
        physician=physician, country=country, kind=kind, value=number, replaces=replaces, claimed_at=at
    )
    _record(AuditAction.IDENTIFIER_CLAIMED, claim, physician, "", actor, at)
    return claim


@transaction.atomic
def withdraw_claim(claim: IdentifierClaim, actor: Actor, at: datetime) -> bool:
    """The physician no longer asks. False when it was decided meanwhile."""
    done = _decide(claim, ClaimState.WITHDRAWN, "", at)
    if done and claim.physician is not None:
        _record(AuditAction.IDENTIFIER_DECIDED, claim, claim.physician, "", actor, at)
    return done


def accept_claim(claim: IdentifierClaim, actor: Actor, at: datetime) -> None:
    """The number is the physician's from now on; the one it corrects no longer is. The physician is told by mail.

    Raises ValidationError when somebody else holds it, or it was decided meanwhile.
    """
    physician = _claimant(claim)
    refuse_own(physician.user, actor)
    with transaction.atomic():
        if not _decide(claim, ClaimState.ACCEPTED, "", at):
            raise ValidationError(_("This was decided already."))
        if claim.replaces is not None:
            remove_identifier(claim.replaces, actor, at)
        add_identifier(physician, str(claim.country), IdentifierKind(claim.kind), claim.value, actor, at)
        _record(AuditAction.IDENTIFIER_DECIDED, claim, physician, "", actor, at)
    send_news(physician.user, "number_decided")


def refuse_claim(claim: IdentifierClaim, reason: str, actor: Actor, at: datetime) -> None:
    """The number is not noted; whoever asked is told by mail that there is an answer, and reads the reason inside.

    One of several numbers of a registration that still waits is refused quietly: its decision is told as a whole.
    """
    with transaction.atomic():
        if not _decide(claim, ClaimState.REFUSED, reason, at):
            raise ValidationError(_("This was decided already."))
        _record(AuditAction.IDENTIFIER_DECIDED, claim, claim.physician, reason, actor, at)
    if claim.physician is not None:
        send_news(claim.physician.user, "number_decided")


def _decide(claim: IdentifierClaim, state: ClaimState, reason: str, at: datetime) -> bool:
    waiting = IdentifierClaim.objects.filter(pk=claim.pk, state=ClaimState.WAITING)
    if not waiting.update(state=state, reason=reason, decided_at=at):
        return False
    claim.state = state
    return True


def _claimant(claim: IdentifierClaim) -> Physician:
    """The physician of a claim made from an account. Raises ValidationError for a registration's."""
    if claim.physician is None:
        raise ValidationError(_("This number belongs to a registration: it is accepted when that is approved."))
    return claim.physician


def _record(
    action: AuditAction, claim: IdentifierClaim, physician: Physician | None, reason: str, actor: Actor, at: datetime
) -> None:
    details = {
        "claim": str(claim.uuid),
        "physician": str(physician.uuid) if physician else None,
        "state": str(claim.state),
        "reason": reason,
    }
    record(action, actor, at, details=dict(details))
