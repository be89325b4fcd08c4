"""Confirming an application: the mail's link and a password open the account. Its number is confirmed next."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.links.services import end_links, spend
from accounts.models import (
    AuditAction,
    LinkPurpose,
    MailLink,
    Profession,
    Registration,
    RegistrationState,
    User,
)

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
) -> User | None:
    """Open the account of an application, with a physician who is not verified. None when the link was used meanwhile.

    Raises ValidationError for a password that is too weak.
    """
    try:
        user = _drawn_up(registration, password, at)
    except ValidationError:
        if User.objects.filter(username=registration.mail).exists():
            return None
        raise
    user.mail_confirmed_at = at
    try:
        with transaction.atomic():
            if not spend(link, at):
                return None
            _open(registration, user, actor, at)
    except IntegrityError:  # the address got an account in another way at the same moment
        return None
    return user


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
    details = {"registration": str(registration.uuid), "user": str(user.uuid), "contact": "mail"}
    record(AuditAction.REGISTRATION_CONFIRMED, actor, at, details=dict(details))
