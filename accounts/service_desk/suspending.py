"""Nobody is trusted for ever: suspending an account or a physician, with a reason, and ending that.

The door closes at the next request, because sessions end; what somebody did stays in every log and list. A register
(`Suspension`) says who was suspended when, why and by whom. The person is told by mail, once each time: that it is so,
and whom to ask.
"""

from datetime import datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.days import clock, day
from accounts.mails.services import send_account_mail
from accounts.models import AuditAction, Physician, SuspendedPart, Suspension, SuspensionReason, User
from accounts.sessions.services import end_sessions_of

from .services import numbers_of, refuse_own
from .signals import account_suspending, physician_changed

_CLOSED = gettext_lazy("Your access is closed for the time being")
_OPEN_AGAIN = gettext_lazy("Your access is open again")


@transaction.atomic
def suspend_user(user: User, reason: SuspensionReason, words: str, actor: Actor, at: datetime) -> None:
    """Close the account and end its sessions at once.

    Raises ValidationError for one's own account, and for one that others depend on (an institution's last
    administrator), unless it is misused: then nothing comes before closing it.
    """
    if actor.uuid == user.uuid:
        raise ValidationError(_("You cannot close your own account."))
    current = User.objects.select_for_update().get(pk=user.pk)
    if not current.is_active:
        raise ValidationError(_("This account is closed already."))
    if reason != SuspensionReason.MISUSED:
        account_suspending.send(User, user=current, at=at)
    User.objects.filter(pk=user.pk).update(is_active=False)
    end_sessions_of(user=user)
    _begin(user, SuspendedPart.ACCOUNT, reason, words, actor, at)


@transaction.atomic
def resume_user(user: User, actor: Actor, at: datetime) -> None:
    """Open an account again that was suspended. Raises ValidationError for one that its owner closed for good."""
    if not _end(user, SuspendedPart.ACCOUNT, actor, at):
        raise ValidationError(_("This account is not suspended."))
    User.objects.filter(pk=user.pk).update(is_active=True)


@transaction.atomic
def suspend_physician(physician: Physician, reason: SuspensionReason, words: str, actor: Actor, at: datetime) -> None:
    """No study is shown to this physician until resumed; the account stays open for the other hats of the person.

    Whoever is logged in is logged out, so that nothing that is open stays open. Suspended already: nothing changes.
    """
    if not Physician.objects.filter(pk=physician.pk, suspended_at__isnull=True).update(suspended_at=at):
        return
    end_sessions_of(user=physician.user)
    _begin(physician.user, SuspendedPart.PHYSICIAN, reason, words, actor, at)
    physician_changed.send(Physician, numbers=numbers_of(physician))


@transaction.atomic
def resume_physician(physician: Physician, actor: Actor, at: datetime) -> None:
    """End a suspension. Raises ValidationError for one's own."""
    refuse_own(physician.user, actor)
    Physician.objects.filter(pk=physician.pk).update(suspended_at=None)
    _end(physician.user, SuspendedPart.PHYSICIAN, actor, at)
    physician_changed.send(Physician, numbers=numbers_of(physician))


def is_suspended(user: User) -> bool:
    """Whether the account is closed by a suspension, and not for good by its owner."""
    return Suspension.objects.filter(user=user, part=SuspendedPart.ACCOUNT, ended_at__isnull=True).exists()


def _begin(user: User, part: SuspendedPart, reason: SuspensionReason, words: str, actor: Actor, at: datetime) -> None:
    Suspension.objects.create(user=user, part=part, reason=reason, words=words, since=at, by=actor.uuid)
    _note(user, f"{part} suspended", f"{reason.value}: {words}" if words else reason.value, actor, at)
    _tell(user, part, at, has_begun=True)


def _end(user: User, part: SuspendedPart, actor: Actor, at: datetime) -> bool:
    held = Suspension.objects.filter(user=user, part=part, ended_at__isnull=True)
    if not held.update(ended_at=at, ended_by=actor.uuid):
        return False
    _note(user, f"{part} resumed", "", actor, at)
    _tell(user, part, at, has_begun=False)
    return True


def _note(user: User, change: str, reason: str, actor: Actor, at: datetime) -> None:
    record(AuditAction.RECORD_CHANGED, actor, at, details={"user": str(user.uuid), "change": change, "reason": reason})


def _tell(user: User, part: SuspendedPart, at: datetime, *, has_begun: bool) -> None:
    """By mail, once what it tells of is committed. The reason is told by a person, not by a mail: it may accuse."""
    transaction.on_commit(partial(_write_to, user.pk, part, at, has_begun=has_begun))


def _write_to(user_id: int, part: SuspendedPart, at: datetime, *, has_begun: bool) -> None:
    """Nobody reads of studies whose account is closed, as it is by its owner who suspends the physician in passing."""
    user = User.objects.get(pk=user_id)
    if part == SuspendedPart.PHYSICIAN and not user.is_active:
        return
    with translation.override(user.language):
        context = {"day": day(at), "clock": clock(at), "of_account": part == SuspendedPart.ACCOUNT}
    subject, template = (_CLOSED, "suspended") if has_begun else (_OPEN_AGAIN, "resumed")
    send_account_mail(user.username, subject, template, context, user.language)
