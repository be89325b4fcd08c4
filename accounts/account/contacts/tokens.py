"""Tokens by SMS to the new number of an account, and to the one before."""

from datetime import datetime
from uuid import UUID, uuid5

from accounts.audit.actor import Actor
from accounts.challenges import services as challenges
from accounts.challenges.values import Occasion, SendOutcome, Sent, Verification
from accounts.models import Challenge, ChallengePurpose, ContactChange
from accounts.second_factor.telephones import send_to_claimed, send_to_own

from .applying import Outcome
from .services import agrees_by_token, confirm_by_token


def awaits_new(change: ContactChange) -> bool:
    """Whether the next token goes to the new number; else to the one before."""
    return change.new_confirmed_at is None


def send(change: ContactChange, session: UUID, actor: Actor, at: datetime) -> Sent:
    """Send a token to the end that is due, for this session alone. Not to be called within a transaction."""
    if not awaits_new(change) and not agrees_by_token(change):
        return Sent(SendOutcome.FAILED)
    occasion = _occasion(change, session, actor)
    if awaits_new(change):
        return send_to_claimed(occasion, change.user, change.value, at)
    return send_to_own(occasion, change.user, change.user.phone, at)


def sent(change: ContactChange, session: UUID, actor: Actor) -> Challenge | None:
    """The newest token that went to the end that is due, in this session."""
    return challenges.latest(_occasion(change, session, actor))


def take(
    change: ContactChange, session: UUID, typed: str, actor: Actor, at: datetime
) -> tuple[Verification, Outcome | None]:
    """Try the digits; with VERIFIED, what came of it. Not to be called within a transaction."""
    is_new = awaits_new(change)
    verification = challenges.verify(_occasion(change, session, actor), typed, at)
    if verification is not Verification.VERIFIED:
        return verification, None
    return verification, confirm_by_token(change, is_new, actor, at)


def _occasion(change: ContactChange, session: UUID, actor: Actor) -> Occasion:
    """The subject stands for one end of one change: what was sent to one end never confirms the other."""
    subject = uuid5(change.uuid, "new" if awaits_new(change) else "old")
    return Occasion(ChallengePurpose.CHANGE_PHONE, subject, session, actor)
