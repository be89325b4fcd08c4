"""The mobile number that an account was opened with, be it by a registration or an invitation: a token confirms it.

Until then nothing is sent there but that token, and nobody is known by it. A registration that waited for it goes to
the service desk in the same transaction.
"""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.challenges import services as challenges
from accounts.challenges.values import Occasion, Sent, Verification
from accounts.models import AuditAction, ChallengePurpose, Registration, RegistrationState, User
from accounts.second_factor.telephones import send_to_claimed


def is_unconfirmed(user: User) -> bool:
    """Whether the account has a number that no token has confirmed."""
    return bool(user.phone) and user.phone_confirmed_at is None


def send_token(user: User, session: UUID, actor: Actor, at: datetime) -> Sent:
    """Send a token to the account's number, for this session alone. Not to be called within a transaction."""
    return send_to_claimed(occasion_of(user, session, actor), user, user.phone, at)


def take_token(user: User, session: UUID, typed: str, actor: Actor, at: datetime) -> Verification:
    """Try the digits of the message. With VERIFIED the number is confirmed."""
    with transaction.atomic():
        held = User.objects.select_for_update().filter(pk=user.pk, phone=user.phone, phone_confirmed_at__isnull=True)
        if held.first() is None:  # corrected, or confirmed, meanwhile
            return Verification.NONE
        verification = challenges.verify(occasion_of(user, session, actor), typed, at)
        if verification is Verification.VERIFIED:
            User.objects.filter(pk=user.pk).update(phone_confirmed_at=at)
            waiting = Registration.objects.filter(user=user, state=RegistrationState.PHONE)
            waiting.update(state=RegistrationState.WAITING, phone_confirmed_at=at)
            details = {"user": str(user.uuid), "contact": "phone"}
            record(AuditAction.REGISTRATION_CONFIRMED, actor, at, details=dict(details))
    return verification


@transaction.atomic
def correct_number(user: User, phone: str, actor: Actor, at: datetime) -> None:
    """Note another mobile number (E.164) while none is confirmed."""
    if User.objects.filter(pk=user.pk, phone_confirmed_at__isnull=True).update(phone=phone):
        user.phone = phone
        Registration.objects.filter(user=user, state=RegistrationState.PHONE).update(phone=phone)
        details = {"user": str(user.uuid), "change": "mobile number corrected"}
        record(AuditAction.RECORD_CHANGED, actor, at, details=dict(details))


def occasion_of(user: User, session: UUID, actor: Actor) -> Occasion:
    """The subject stands for the account and its number: what was sent to one number never confirms another."""
    return Occasion(ChallengePurpose.CONFIRM_PHONE, uuid5(user.uuid, user.phone), session, actor)
