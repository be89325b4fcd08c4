"""Closing one's own account.

History stays: who looked at what is told by name for as long as the log is kept. What lets somebody in, and the numbers
and the address by which the account was known, go, so that they can register again.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.days import clock, day
from accounts.links.services import end_links
from accounts.mails.services import send_account_mail
from accounts.models import (
    AuditAction,
    ClaimState,
    EidCard,
    IdentifierClaim,
    LinkPurpose,
    News,
    Physician,
    ServiceDeskAppointment,
    SuspensionReason,
    User,
)
from accounts.recovery.lost_factor import stop_open
from accounts.registration.claims import withdraw_claim
from accounts.second_factor.services import remove_all
from accounts.service_desk.services import remove_identifier
from accounts.service_desk.suspending import suspend_physician
from accounts.sessions.services import end_sessions_of

from .contacts.services import end_changes
from .ties import Tie, all_ties


def ties_of(user: User, at: datetime) -> list[Tie]:
    """What closing the account would end, and what keeps it from being closed."""
    return [*_service_desk_tie(user, at), *(tie for ties in all_ties() for tie in ties.of(user, at))]


def close_account(user: User, actor: Actor, at: datetime) -> None:
    """Close the account for good; a last mail says so. Raises ValidationError while something holds it.

    Not to be called within a transaction.
    """
    mail = user.username
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        held = [tie.sentence for tie in ties_of(user, at) if tie.holds]
        if held:
            raise ValidationError(held)
        _end_ties(user, actor, at)
        _end_physician(user, actor, at)
        _end_ways_in(user, actor, at)
        _forget_contacts(user)
        record(AuditAction.ACCOUNT_CLOSED, actor, at, details={"user": str(user.uuid)})
    with translation.override(user.language):
        context = {"day": day(at), "clock": clock(at)}
    subject = gettext_lazy("Your account at %(operator)s is closed")
    send_account_mail(mail, subject, "account_closed", context, user.language)


def _end_ties(user: User, actor: Actor, at: datetime) -> None:
    for ties in all_ties():
        ties.end(user, actor, at)
    if _at_service_desk(at).filter(user=user).update(ends_at=at):
        details = {"user": str(user.uuid), "role": "service_desk", "change": "ended"}
        record(AuditAction.APPOINTMENT_CHANGED, actor, at, details=dict(details))


def _end_physician(user: User, actor: Actor, at: datetime) -> None:
    """Requests name the physician no more; whoever registers again with the numbers is found by them."""
    physician = Physician.objects.filter(user=user).first()
    if physician is None:
        return
    waiting = Q(physician=physician) | Q(registration__user=user)
    for claim in IdentifierClaim.objects.filter(waiting, state=ClaimState.WAITING):
        withdraw_claim(claim, actor, at)
    suspend_physician(physician, SuspensionReason.WISH, "account closed by its owner", actor, at)
    for identifier in list(physician.identifiers.all()):
        remove_identifier(identifier, actor, at)


def _end_ways_in(user: User, actor: Actor, at: datetime) -> None:
    stop_open(user, "account closed", actor, at)
    end_changes(user, "account closed", actor, at)
    end_links(LinkPurpose.RESET_PASSWORD, user.uuid, at)
    remove_all(user, actor, at)
    EidCard.objects.filter(user=user).delete()
    end_sessions_of(user=user)


def _forget_contacts(user: User) -> None:
    """RFC 2606 §2: `.invalid` is nobody's, so that the address is free and no mail ever goes there."""
    user.username = f"{user.uuid}@closed.invalid"
    user.phone, user.phone_confirmed_at, user.mail_confirmed_at = "", None, None
    user.is_active, user.news = False, News.NONE
    user.set_unusable_password()
    user.save()


def _at_service_desk(at: datetime) -> QuerySet[ServiceDeskAppointment]:
    live = Q(begins_at__lte=at) & (Q(ends_at__isnull=True) | Q(ends_at__gt=at))
    return ServiceDeskAppointment.objects.filter(live, user__is_active=True)


def _service_desk_tie(user: User, at: datetime) -> list[Tie]:
    if not _at_service_desk(at).filter(user=user).exists():
        return []
    if not _at_service_desk(at).exclude(user=user).exists():
        return [Tie(_("You are the last one at the service desk. Have somebody else appointed first."), holds=True)]
    return [Tie(_("You no longer work at the service desk."))]
