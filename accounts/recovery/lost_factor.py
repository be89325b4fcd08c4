"""A lost second factor: asked for by whoever knows the password, verified by the service desk, then a delay in which
every contact is told and can stop it.

A recovery is open until `ended_at`; its state moves by conditional updates, so that of two who decide at once one does.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit.actor import SYSTEM, Actor
from accounts.audit.services import record
from accounts.links.services import end_links, make, spend
from accounts.models import AuditAction, LinkPurpose, MailLink, Recovery, RecoveryState, SmsDevice, User
from accounts.second_factor.services import remove_all
from accounts.service_desk.services import refuse_own
from accounts.sessions.services import end_sessions_of
from accounts.throttling.services import Verdict, take

from . import limits
from .letters import tell_recovery_asked, tell_recovery_ended, tell_recovery_verified

ASKED_LASTS = timedelta(days=14)  # what the service desk did not verify by then has to be asked for again
_STOP = LinkPurpose.CANCEL_RECOVERY
_OPEN = (RecoveryState.ASKED, RecoveryState.VERIFIED)


def open_recovery(user: User) -> Recovery | None:
    """The one that is asked for, or whose delay runs."""
    return Recovery.objects.filter(user=user, ended_at__isnull=True).first()


def ask(user: User, actor: Actor, at: datetime) -> Verdict:
    """Ask the service desk, once: whoever asks again while one is open changes nothing. The account is told by mail.

    `user` gave the right password just now. Not to be called within a transaction.
    """
    if open_recovery(user) is not None:
        return Verdict(allowed=True)
    verdict = take(limits.RECOVERIES, str(user.uuid), at)
    if not verdict.allowed:
        return verdict
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if open_recovery(user) is not None:  # two at once
            return verdict
        recovery = Recovery.objects.create(user=user, asked_at=at)
        token = make(_STOP, recovery.uuid, at, ASKED_LASTS)
        _record(AuditAction.RECOVERY_ASKED, recovery, actor, at)
    tell_recovery_asked(user, token, at)
    return verdict


def verify(recovery: Recovery, how: str, actor: Actor, at: datetime) -> None:
    """The service desk says that this is the owner, and how it knows. The delay begins; every contact is told.

    Raises ValidationError for one's own account, without a how, and when it was decided meanwhile. Not to be called
    within a transaction.
    """
    refuse_own(recovery.user, actor)
    if not how.strip():
        raise ValidationError(_("Say how you verified who this is."))
    with transaction.atomic():
        opens_at = at + settings.RECOVERY_DELAY
        decision = {"verified_at": at, "verified_by": actor.uuid, "how_verified": how.strip(), "opens_at": opens_at}
        _move(recovery, (RecoveryState.ASKED,), RecoveryState.VERIFIED, **decision)
        numbers = contacts_of(recovery.user)
        tokens = [make(_STOP, recovery.uuid, at, settings.RECOVERY_DELAY) for _ in range(1 + len(numbers))]
        _record(AuditAction.RECOVERY_DECIDED, recovery, actor, at, decision="verified", words=how.strip())
    recovery.refresh_from_db()
    tell_recovery_verified(recovery, numbers, tokens, at)


def refuse(recovery: Recovery, reason: str, actor: Actor, at: datetime) -> None:
    """The service desk could not verify who asks, or learnt better. Nothing changes for the account, which is told."""
    refuse_own(recovery.user, actor)
    with transaction.atomic():
        _move(recovery, _OPEN, RecoveryState.REFUSED, ended_at=at)
        end_links(_STOP, recovery.uuid, at)
        _record(AuditAction.RECOVERY_DECIDED, recovery, actor, at, decision="refused", words=reason)
    tell_recovery_ended(recovery.user, "recovery_refused", at)


def of_link(link: MailLink) -> Recovery | None:
    """The recovery that this link stops, while it can be stopped."""
    return Recovery.objects.filter(uuid=link.subject, ended_at__isnull=True).select_related("user").first()


def stop_by_link(link: MailLink, recovery: Recovery, actor: Actor, at: datetime) -> bool:
    """Whoever reads the account's mail or messages says that it was not the owner. False when it was over meanwhile."""
    with transaction.atomic():
        stopped = spend(link, at) and _stop(recovery, "link", actor, at)
    if stopped:
        tell_recovery_ended(recovery.user, "recovery_stopped", at)
    return stopped


def stop_own(user: User, actor: Actor, at: datetime) -> bool:
    """The owner, who is logged in with a second factor, needs it no more, or never asked for it."""
    recovery = open_recovery(user)
    with transaction.atomic():
        stopped = recovery is not None and _stop(recovery, "account", actor, at)
    if stopped:
        tell_recovery_ended(user, "recovery_stopped", at)
    return stopped


def stop_open(user: User, why: str, actor: Actor, at: datetime) -> None:
    """Stop whatever is open, quietly: within the transaction of what makes it pointless."""
    recovery = open_recovery(user)
    if recovery is not None:
        _stop(recovery, why, actor, at)


def is_due(recovery: Recovery, at: datetime) -> bool:
    return recovery.state == RecoveryState.VERIFIED and recovery.opens_at is not None and recovery.opens_at <= at


def finish(recovery: Recovery, actor: Actor, at: datetime) -> bool:
    """After the delay: all second factors go, all sessions end, and the next login sets another factor up.

    False when it is not due, or not any more. An account that was closed meanwhile keeps what it has.
    """
    if not is_due(recovery, at):
        return False
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=recovery.user_id)
        state = RecoveryState.DONE if user.is_active else RecoveryState.REFUSED
        due = Recovery.objects.filter(pk=recovery.pk, state=RecoveryState.VERIFIED, opens_at__lte=at)
        if not due.update(state=state, ended_at=at):
            return False
        end_links(_STOP, recovery.uuid, at)
        if user.is_active:
            remove_all(user, actor, at)
            end_sessions_of(user=user)
        _record(AuditAction.RECOVERY_ENDED, recovery, actor, at, how=state.value)
    if user.is_active:
        tell_recovery_ended(user, "recovery_done", at)
    return user.is_active


def end_due(at: datetime) -> int:
    """Finish what is due, and end what nobody verified within a fortnight. Returns how many."""
    due = Recovery.objects.filter(state=RecoveryState.VERIFIED, opens_at__lte=at).select_related("user")
    ended = sum(finish(recovery, SYSTEM, at) for recovery in due)
    for recovery in Recovery.objects.filter(state=RecoveryState.ASKED, asked_at__lte=at - ASKED_LASTS):
        with transaction.atomic():
            waiting = Recovery.objects.filter(pk=recovery.pk, state=RecoveryState.ASKED)
            if waiting.update(state=RecoveryState.REFUSED, ended_at=at):
                _record(AuditAction.RECOVERY_ENDED, recovery, SYSTEM, at, how="nobody verified it")
                ended += 1
    return ended


def contacts_of(user: User) -> list[str]:
    """The confirmed numbers (E.164) that are told beside the mail address."""
    own = [user.phone] if user.phone and user.phone_confirmed_at else []
    devices = SmsDevice.objects.filter(user=user, confirmed=True).order_by("pk").values_list("number", flat=True)
    return list(dict.fromkeys([*own, *devices]))


def _stop(recovery: Recovery, how: str, actor: Actor, at: datetime) -> bool:
    open_one = Recovery.objects.filter(pk=recovery.pk, state__in=_OPEN)
    if not open_one.update(state=RecoveryState.STOPPED, ended_at=at):
        return False
    end_links(_STOP, recovery.uuid, at)
    _record(AuditAction.RECOVERY_ENDED, recovery, actor, at, how=f"stopped: {how}")
    return True


def _move(recovery: Recovery, before: tuple[RecoveryState, ...], after: RecoveryState, **more: object) -> None:
    """Raises ValidationError when it was decided meanwhile."""
    if not Recovery.objects.filter(pk=recovery.pk, state__in=before).update(state=after, **more):
        raise ValidationError(_("This was decided already."))
    recovery.state = after


def _record(action: AuditAction, recovery: Recovery, actor: Actor, at: datetime, **details: str) -> None:
    record(action, actor, at, details={"recovery": str(recovery.uuid), "user": str(recovery.user.uuid), **details})
