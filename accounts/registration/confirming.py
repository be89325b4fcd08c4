"""Confirming an application: the mail's link and a password open the account, a token confirms the mobile number."""

from datetime import datetime
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.addresses import network_of
from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.challenges import services as challenges
from accounts.challenges.values import Occasion, Sent, Verification
from accounts.links.services import end_links, spend
from accounts.models import (
    AuditAction,
    ChallengeChannel,
    ChallengePurpose,
    LinkPurpose,
    MailLink,
    Profession,
    Registration,
    RegistrationState,
    User,
)
from accounts.second_factor.telephones import message_of
from accounts.throttling.limits import SMS_OF_ACCOUNT
from accounts.throttling.services import Try

from . import limits
from .services import add_physician, draw_up, keep_account


def application_of(link: MailLink) -> Registration | None:
    """What the link of a mail confirms; None for what was confirmed already or leads nowhere."""
    open_ones = Registration.objects.filter(state=RegistrationState.MAIL, is_known=False)
    registration = open_ones.filter(uuid=link.subject).first()
    if registration is None or User.objects.filter(username=registration.mail).exists():
        return None
    return registration


def open_applicants_account(
    link: MailLink, registration: Registration, password: str, actor: Actor, at: datetime
) -> bool:
    """Open the account of an application, with a physician who is not verified. False when the link was used meanwhile.

    Raises ValidationError for a password that is too weak.
    """
    try:
        user = _drawn_up(registration, password, at)
    except ValidationError:
        if User.objects.filter(username=registration.mail).exists():
            return False
        raise
    user.mail_confirmed_at = at
    try:
        with transaction.atomic():
            if not spend(link, at):
                return False
            _open(registration, user, actor, at)
    except IntegrityError:  # the address got an account in another way at the same moment
        return False
    return True


def send_phone_token(registration: Registration, session: UUID, actor: Actor, at: datetime) -> Sent:
    """Send a token to the mobile number of the application, for this session alone."""
    also: list[Try] = [(SMS_OF_ACCOUNT, str(_user_of(registration).uuid)), (limits.SMS_EVERYWHERE, "")]
    if actor.address:
        also.append((limits.SMS_NETWORK, network_of(actor.address, 24, 48)))
    occasion = occasion_of(registration, session, actor)
    return challenges.send(occasion, ChallengeChannel.SMS, registration.phone, message_of, at, also=also)


def take_phone_token(registration: Registration, session: UUID, typed: str, actor: Actor, at: datetime) -> Verification:
    """Try the digits of the message. With VERIFIED the application is the service desk's, in the same transaction."""
    with transaction.atomic():
        asked = Registration.objects.select_for_update().filter(pk=registration.pk, state=RegistrationState.PHONE)
        if not asked.filter(phone=registration.phone).exists():  # corrected, or confirmed, meanwhile
            return Verification.NONE
        verification = challenges.verify(occasion_of(registration, session, actor), typed, at)
        if verification is Verification.VERIFIED:
            asked.update(state=RegistrationState.WAITING, phone_confirmed_at=at)
            User.objects.filter(pk=_user_of(registration).pk).update(phone=registration.phone, phone_confirmed_at=at)
            _record(registration, "phone", actor, at)
    return verification


@transaction.atomic
def correct_number(registration: Registration, phone: str, actor: Actor, at: datetime) -> None:
    """Note another mobile number (E.164) while it is not confirmed."""
    asked = Registration.objects.filter(pk=registration.pk, state=RegistrationState.PHONE)
    if asked.update(phone=phone):
        registration.phone = phone
        User.objects.filter(pk=_user_of(registration).pk).update(phone=phone, phone_confirmed_at=None)
        details = {"user": str(_user_of(registration).uuid), "change": "mobile number corrected"}
        record(AuditAction.RECORD_CHANGED, actor, at, details=dict(details))


def occasion_of(registration: Registration, session: UUID, actor: Actor) -> Occasion:
    """The subject stands for the application and its number: what was sent to one number never confirms another."""
    subject = uuid5(registration.uuid, registration.phone)
    return Occasion(ChallengePurpose.CONFIRM_PHONE, subject, session, actor)


def _drawn_up(registration: Registration, password: str, at: datetime) -> User:
    return draw_up(
        username=registration.mail,
        password=password,
        first_name=registration.first_name,
        last_name=registration.last_name,
        title=registration.title,
        language=registration.language,
        phone=registration.phone,
        at=at,
    )


def _open(registration: Registration, user: User, actor: Actor, at: datetime) -> None:
    keep_account(user, actor, at)
    add_physician(
        user,
        Profession(registration.profession),
        registration.speciality,
        actor,
        at,
        country=str(registration.country),
        practice=registration.practice,
    )
    registration.user, registration.state, registration.mail_confirmed_at = user, RegistrationState.PHONE, at
    registration.save(update_fields=["user", "state", "mail_confirmed_at"])
    # Whoever asked twice has confirmed one; the others lead nowhere from now on.
    for other in Registration.objects.filter(mail=registration.mail, state=RegistrationState.MAIL):
        end_links(LinkPurpose.REGISTER, other.uuid, at)
        other.delete()
    _record(registration, "mail", actor, at)


def _user_of(registration: Registration) -> User:
    """The account of an application whose mail address was confirmed. Raises ValueError for one that has none yet."""
    if registration.user is None:
        raise ValueError("the mail address of this application is not confirmed")
    return registration.user


def _record(registration: Registration, contact: str, actor: Actor, at: datetime) -> None:
    details = {"registration": str(registration.uuid), "user": str(_user_of(registration).uuid), "contact": contact}
    record(AuditAction.REGISTRATION_CONFIRMED, actor, at, details=dict(details))
