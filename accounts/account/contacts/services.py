"""Changing how an account is reached. A change counts once both ends have confirmed it: the new one, because a mistyped
address would lose the account, and the old one, because a stranger in a session must not take it over.

A mail address confirms by a link. A mobile number confirms by a token; where there was no confirmed one before, the
mail address agrees in its place. Who lost the old end waits for seven days, in which every contact is told and can
stop the change.
"""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.audit.actor import SYSTEM, Actor
from accounts.audit.services import record
from accounts.links.services import end_links, make, spend
from accounts.models import AuditAction, ContactChange, ContactKind, LinkPurpose, MailLink, User
from accounts.recovery.carrying import at_once
from accounts.throttling.services import Verdict, take_all

from . import applying, limits, notices
from .applying import Outcome
from .letters import send_new_end, send_old_end

LASTS = timedelta(hours=24)
DELAY = timedelta(days=7)
KEPT = timedelta(days=90)
NEW, OLD, STOP = LinkPurpose.CHANGE_MAIL, LinkPurpose.AGREE_TO_CHANGE, LinkPurpose.CANCEL_CHANGE


def open_changes(at: datetime) -> QuerySet[ContactChange]:
    """Those that can still be confirmed."""
    return ContactChange.objects.filter(ended_at__isnull=True, expires_at__gt=at).select_related("user")


def open_change(user: User, kind: ContactKind, at: datetime) -> ContactChange | None:
    return open_changes(at).filter(user=user, kind=kind).order_by("-pk").first()


def of_link(link: MailLink, at: datetime) -> ContactChange | None:
    """The change that a link is about, of an account that is open."""
    return open_changes(at).filter(uuid=link.subject, user__is_active=True).first()


def ask_mail(user: User, mail: str, actor: Actor, at: datetime) -> Verdict:
    """Ask for another mail address (lower case). One mail to each end, the same whether or not an account has it.

    Not to be called within a transaction.
    """
    verdict = take_all([(limits.ASKED_DAY, str(user.uuid)), (limits.RECIPIENT, mail)], at)
    if not verdict.allowed:
        return verdict
    with transaction.atomic():
        change = _begin(user, ContactKind.MAIL, mail, actor, at)
        is_taken = User.objects.filter(username=mail).exists()
        new, old, stop = (make(purpose, change.uuid, at, LASTS) for purpose in (NEW, OLD, STOP))
    at_once([partial(send_new_end, change, new, is_taken), partial(send_old_end, change, old, stop)])
    return verdict


def ask_phone(user: User, number: str, actor: Actor, at: datetime) -> Verdict:
    """Ask for another mobile number (E.164). The mail address is told, and agrees where no confirmed number can.

    The tokens are sent by `tokens`. Not to be called within a transaction.
    """
    verdict = take_all([(limits.ASKED_DAY, str(user.uuid)), (limits.RECIPIENT, number)], at)
    if not verdict.allowed:
        return verdict
    with transaction.atomic():
        change = _begin(user, ContactKind.PHONE, number, actor, at)
        old = "" if agrees_by_token(change) else make(OLD, change.uuid, at, LASTS)
        stop = make(STOP, change.uuid, at, LASTS)
    send_old_end(change, old, stop)
    return verdict


def agrees_by_token(change: ContactChange) -> bool:
    """Whether the old end is a number that was confirmed: it agrees by a token, any other by a link."""
    return change.kind == ContactKind.PHONE and bool(change.user.phone and change.user.phone_confirmed_at)


def confirm_by_link(link: MailLink, actor: Actor, at: datetime) -> Outcome:
    """The end that this link was sent to says yes. Not to be called within a transaction."""
    with transaction.atomic():
        if not spend(link, at):
            return Outcome.OVER
        applied = _confirm(link.subject, "new_confirmed_at" if link.purpose == NEW else "old_confirmed_at", actor, at)
    notices.tell(applied.told)
    return applied.outcome


def confirm_by_token(change: ContactChange, is_new: bool, actor: Actor, at: datetime) -> Outcome:
    """The end that a right token was sent to says yes. Not to be called within a transaction."""
    with transaction.atomic():
        applied = _confirm(change.uuid, "new_confirmed_at" if is_new else "old_confirmed_at", actor, at)
    notices.tell(applied.told)
    return applied.outcome


def old_end_is_lost(change: ContactChange, actor: Actor, at: datetime) -> bool:
    """The old end cannot be reached: the change is made in seven days, unless it is stopped. Every contact is told.

    False unless the new end has confirmed. Not to be called within a transaction.
    """
    opens_at = at + DELAY
    waiting = open_changes(at).filter(
        pk=change.pk, new_confirmed_at__isnull=False, old_confirmed_at__isnull=True, opens_at__isnull=True
    )
    with transaction.atomic():
        if not waiting.update(opens_at=opens_at, expires_at=opens_at + DELAY):
            return False
        change.refresh_from_db()
        tokens = [make(STOP, change.uuid, at, DELAY) for _ in range(2)]
        _record(AuditAction.CONTACT_CHANGE_ASKED, change, actor, at, how="without the old end")
    notices.tell_old_end_lost(change, tokens)
    return True


def stop_by_link(link: MailLink, actor: Actor, at: datetime) -> bool:
    """Whoever reads what the old end gets says no. False when it was over meanwhile."""
    with transaction.atomic():
        change = of_link(link, at)
        return spend(link, at) and change is not None and _end(change, "stopped: link", actor, at)


def give_up(change: ContactChange, actor: Actor, at: datetime) -> bool:
    """The owner wants it no more."""
    with transaction.atomic():
        return _end(change, "given up", actor, at)


def end_changes(user: User, why: str, actor: Actor, at: datetime, kind: ContactKind | None = None) -> None:
    """End whatever was begun for the account, of one kind or all; within the transaction of what makes it pointless."""
    changes = ContactChange.objects.filter(user=user, ended_at__isnull=True)
    for change in changes.filter(kind=kind) if kind else changes:
        _end(change, why, actor, at)


def is_due(change: ContactChange, at: datetime) -> bool:
    return change.opens_at is not None and change.opens_at <= at and change.new_confirmed_at is not None


def finish(change: ContactChange, actor: Actor, at: datetime) -> Outcome:
    """Make a change whose seven days are over. Not to be called within a transaction."""
    with transaction.atomic():
        applied = _confirm(change.uuid, "", actor, at)
    notices.tell(applied.told)
    return applied.outcome


def end_due(at: datetime) -> int:
    """Make what is due, and end what expired. Returns how many."""
    due = open_changes(at).filter(opens_at__lte=at, new_confirmed_at__isnull=False, user__is_active=True)
    ended = sum(finish(change, SYSTEM, at) is Outcome.CHANGED for change in due)
    expired = ContactChange.objects.filter(ended_at__isnull=True, expires_at__lte=at)
    return ended + expired.update(ended_at=at)


def forget_changes(at: datetime) -> int:
    """Delete what ended more than 90 days ago. Returns how many."""
    return ContactChange.objects.filter(ended_at__lte=at - KEPT).delete()[0]


def _begin(user: User, kind: ContactKind, value: str, actor: Actor, at: datetime) -> ContactChange:
    """A new change; one of the same kind that was begun before ends."""
    User.objects.select_for_update().get(pk=user.pk)
    end_changes(user, "another one was asked for", actor, at, kind)
    change = ContactChange.objects.create(user=user, kind=kind, value=value, asked_at=at, expires_at=at + LASTS)
    _record(AuditAction.CONTACT_CHANGE_ASKED, change, actor, at)
    return change


def _confirm(uuid: UUID, field: str, actor: Actor, at: datetime) -> applying.Applied:
    """Note what is confirmed, and make the change if nothing is missing; within the caller's transaction."""
    change = open_changes(at).select_for_update(of=("self",)).filter(uuid=uuid, user__is_active=True).first()
    if change is None:
        return applying.OVER
    if field:
        setattr(change, field, at)
        change.save(update_fields=[field])
    if change.new_confirmed_at is None or not (change.old_confirmed_at or is_due(change, at)):
        return applying.WAITING
    return applying.apply(change, actor, at)


def _end(change: ContactChange, why: str, actor: Actor, at: datetime) -> bool:
    if not ContactChange.objects.filter(pk=change.pk, ended_at__isnull=True).update(ended_at=at):
        return False
    for purpose in (NEW, OLD, STOP):
        end_links(purpose, change.uuid, at)
    _record(AuditAction.CONTACT_CHANGE_ASKED, change, actor, at, how=why)
    return True


def _record(action: AuditAction, change: ContactChange, actor: Actor, at: datetime, **details: str) -> None:
    about = {"change": str(change.uuid), "user": str(change.user.uuid), "kind": str(change.kind)}
    record(action, actor, at, details={**about, **details})
