"""The only place that opens accounts."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction, Physician, Profession, User


def draw_up(
    *,
    username: str,
    password: str,
    first_name: str,
    last_name: str,
    title: str = "",
    language: str = "en",
    phone: str = "",
    at: datetime,
) -> User:
    """An account that is not yet kept; `phone` as E.164. Hashing takes its time, so that it is done before anything is
    locked.

    Raises ValidationError for a password that is too weak, a mail address that is none or is taken.
    """
    user = User(
        username=username.strip().lower(),
        first_name=first_name,
        last_name=last_name,
        title=title,
        language=language,
        phone=phone,
        date_joined=at,
    )
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    return user


@transaction.atomic
def keep_account(user: User, actor: Actor, at: datetime) -> User:
    """Open an account that was drawn up. Raises IntegrityError where its address was taken meanwhile."""
    user.save()
    _note(user, "account opened", actor, at)
    return user


def open_account(
    *,
    username: str,
    password: str,
    first_name: str,
    last_name: str,
    title: str = "",
    language: str = "en",
    phone: str = "",
    actor: Actor,
    at: datetime,
) -> User:
    """A new account; it may do nothing until somebody is appointed or verified.

    Raises ValidationError for a password that is too weak, a mail address that is none or is taken.
    """
    user = draw_up(
        username=username,
        password=password,
        first_name=first_name,
        last_name=last_name,
        title=title,
        language=language,
        phone=phone,
        at=at,
    )
    return keep_account(user, actor, at)


def set_password(user: User, password: str, actor: Actor, at: datetime) -> None:
    """Give an account another password. Raises ValidationError for one that is too weak."""
    validate_password(password, user)
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        _note(user, "password set", actor, at)


def add_physician(
    user: User,
    profession: Profession,
    speciality: str,
    actor: Actor,
    at: datetime,
    *,
    country: str = "",
    practice: str = "",
) -> Physician:
    """Note that an account is a physician's; nothing opens until the service desk has verified it."""
    with transaction.atomic():
        physician = Physician.objects.create(
            user=user, profession=profession, speciality=speciality, country=country, practice=practice
        )
        _note(user, "physician noted", actor, at)
    return physician


def _note(user: User, change: str, actor: Actor, at: datetime) -> None:
    record(AuditAction.RECORD_CHANGED, actor, at, details={"user": str(user.uuid), "change": change})
