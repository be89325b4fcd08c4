"""Making a change that is confirmed, within the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.links.services import end_links
from accounts.login.remembering import forget_browsers
from accounts.models import AuditAction, ContactChange, ContactKind, LinkPurpose, User
from accounts.sessions.services import end_other_sessions


class Outcome(StrEnum):
    CHANGED = "changed"
    WAITING = "waiting"  # for the other end
    OVER = "over"  # stopped, expired, made, or the address is another account's by now


@dataclass(frozen=True)
class Told:
    """Who is told that a change was made: mail addresses, and the number that was the account's before, or empty."""

    kind: str
    user: User
    at: datetime
    mails: list[str]
    number: str = ""


@dataclass(frozen=True)
class Applied:
    """What came of confirming, and who is told once it is committed."""

    outcome: Outcome
    told: Told | None = None


OVER = Applied(Outcome.OVER)
WAITING = Applied(Outcome.WAITING)


def apply(change: ContactChange, actor: Actor, at: datetime) -> Applied:
    """Change the account; its sessions elsewhere and its remembered browsers end, and so do links sent to the old end.

    OVER where the mail address became another account's meanwhile.
    """
    user = User.objects.select_for_update().get(pk=change.user_id)
    if change.kind == ContactKind.MAIL:
        told = Told(change.kind, user, at, [user.username, change.value])
        if not _put_mail(user, change.value, at):
            ContactChange.objects.filter(pk=change.pk).update(ended_at=at)
            return OVER
    else:
        told = Told(change.kind, user, at, [user.username], user.phone if user.phone_confirmed_at else "")
        user.phone, user.phone_confirmed_at = change.value, at
        user.save(update_fields=["phone", "phone_confirmed_at"])
    ContactChange.objects.filter(pk=change.pk).update(ended_at=at)
    for purpose in (LinkPurpose.CHANGE_MAIL, LinkPurpose.AGREE_TO_CHANGE, LinkPurpose.CANCEL_CHANGE):
        end_links(purpose, change.uuid, at)
    end_links(LinkPurpose.RESET_PASSWORD, user.uuid, at)  # such a link may lie in the old mailbox
    end_other_sessions(user, actor, at)
    forget_browsers(user, actor, at)
    about = {"change": str(change.uuid), "user": str(user.uuid), "kind": str(change.kind)}
    record(AuditAction.CONTACT_CHANGED, actor, at, details=dict(about))
    return Applied(Outcome.CHANGED, told)


def _put_mail(user: User, mail: str, at: datetime) -> bool:
    """False where somebody was quicker."""
    before = user.username
    user.username, user.mail_confirmed_at = mail, at
    try:
        with transaction.atomic():
            user.save(update_fields=["username", "mail_confirmed_at"])
    except IntegrityError:
        user.username = before
        return False
    return True
