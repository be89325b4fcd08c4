"""Accounts that begin with an invitation: staff of an institution, and delegates of physicians."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.links.services import end_links, make, spend
from accounts.models import AuditAction, Delegate, Invitation, InvitationKind, LinkPurpose, MailLink, User

from .letters import send_invitation
from .services import draw_up, keep_account

# Sent within the transaction that accepts, with `invitation`, `user`, `actor` and `at`. Whoever invited gives the place
# then. A ValidationError is a no: nothing is accepted, and its sentence is shown.
invitation_accepted = Signal()


def invite(
    kind: InvitationKind,
    mail: str,
    language: str,
    subject: UUID,
    place: str,
    inviter: str,
    actor: Actor,
    at: datetime,
    lasts: timedelta,
) -> Invitation:
    """Ask whoever reads mail at this address to take a place, once and for a while; one mail is sent.

    `subject` and `place` are the inviter's own words for what it is; `inviter` is what the mail calls them. Not to be
    called within a transaction. Raises ValidationError for what is no mail address.
    """
    invitation = Invitation(
        kind=kind,
        mail=mail.strip().lower(),
        language=language,
        subject=subject,
        place=place,
        inviter=inviter,
        invited_by=actor.uuid,
        invited_at=at,
        expires_at=at + lasts,
    )
    invitation.full_clean(exclude=["invited_by"])  # which is empty for whom no account invites
    with transaction.atomic():
        invitation.save()
        token = make(LinkPurpose.INVITATION, invitation.uuid, at, lasts)
        _record(AuditAction.INVITED, invitation, "sent", actor, at)
    send_invitation(invitation, token)
    return invitation


def invite_again(invitation: Invitation, actor: Actor, at: datetime, lasts: timedelta) -> None:
    """Send another mail for an open invitation; the link sent before is dead then. Raises ValidationError for one that
    was accepted or withdrawn."""
    with transaction.atomic():
        open_ones = Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True, withdrawn_at__isnull=True)
        if not open_ones.update(expires_at=at + lasts):
            raise ValidationError(_("This invitation was accepted or withdrawn already."))
        invitation.expires_at = at + lasts
        end_links(LinkPurpose.INVITATION, invitation.uuid, at)
        token = make(LinkPurpose.INVITATION, invitation.uuid, at, lasts)
        _record(AuditAction.INVITED, invitation, "sent again", actor, at)
    send_invitation(invitation, token)


@transaction.atomic
def withdraw(invitation: Invitation, actor: Actor, at: datetime) -> bool:
    """The place is no longer offered. False when it was taken, or withdrawn, meanwhile."""
    open_ones = Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True, withdrawn_at__isnull=True)
    if not open_ones.update(withdrawn_at=at):
        return False
    end_links(LinkPurpose.INVITATION, invitation.uuid, at)
    _record(AuditAction.INVITATION_ENDED, invitation, "withdrawn", actor, at)
    return True


def invitation_of(link: MailLink, at: datetime) -> Invitation | None:
    """What the link of a mail offers, if it still does."""
    open_ones = Invitation.objects.filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at)
    return open_ones.filter(uuid=link.subject).first()


def has_account(invitation: Invitation) -> bool:
    """Whether the invited address is an account's, who accepts by logging in. Only the mailbox's owner is told."""
    return User.objects.filter(username=invitation.mail).exists()


def accept(link: MailLink, invitation: Invitation, user: User, actor: Actor, at: datetime) -> bool:
    """The place is this account's. False when the link was used, or the invitation withdrawn, meanwhile.

    Raises ValidationError when whoever invited says no.
    """
    try:
        with transaction.atomic():
            _take(link, invitation, user, actor, at)
    except _TooLateError:
        return False
    return True


def accept_with_new_account(
    link: MailLink,
    invitation: Invitation,
    *,
    first_name: str,
    last_name: str,
    title: str,
    phone: str,
    language: str,
    password: str,
    actor: Actor,
    at: datetime,
) -> User | None:
    """Open an account for the invited address and give it the place, both or none. None when it was too late.

    Raises ValidationError for a password that is too weak, and when whoever invited says no.
    """
    user = draw_up(
        username=invitation.mail,
        password=password,
        first_name=first_name,
        last_name=last_name,
        title=title,
        language=language,
        phone=phone,
        at=at,
    )
    user.mail_confirmed_at = at
    try:
        with transaction.atomic():
            keep_account(user, actor, at)
            _take(link, invitation, user, actor, at)
    except (_TooLateError, IntegrityError):
        return None
    return user


class _TooLateError(Exception):
    """Somebody else used the link, or the invitation ended; what was begun is undone."""


def _take(link: MailLink, invitation: Invitation, user: User, actor: Actor, at: datetime) -> None:
    open_ones = Invitation.objects.filter(
        pk=invitation.pk, accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at
    )
    if not spend(link, at) or not open_ones.update(accepted_at=at, accepted_by=user):
        raise _TooLateError
    invitation.accepted_at, invitation.accepted_by = at, user
    if invitation.kind == InvitationKind.DELEGATE:
        Delegate.objects.get_or_create(user=user, defaults={"since": at})
    invitation_accepted.send(Invitation, invitation=invitation, user=user, actor=actor, at=at)
    _record(AuditAction.INVITATION_ENDED, invitation, "accepted", actor, at, user)


def _record(
    action: AuditAction, invitation: Invitation, what: str, actor: Actor, at: datetime, user: User | None = None
) -> None:
    details = {
        "invitation": str(invitation.uuid),
        "kind": str(invitation.kind),
        "subject": str(invitation.subject),
        "place": invitation.place,
        "what": what,
        "user": str(user.uuid) if user else None,
    }
    institution = invitation.subject if invitation.kind == InvitationKind.STAFF else None
    record(action, actor, at, institution=institution, details=dict(details))
