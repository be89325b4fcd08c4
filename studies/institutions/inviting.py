"""Inviting staff by mail. Who accepts is appointed; what an invitation is worth is decided when it is accepted."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.audit.actor import Actor
from accounts.models import InvitationKind, User
from accounts.registration import invited
from accounts.throttling.limits import WindowLimit
from accounts.throttling.services import take_all
from accounts.throttling.words import again_sentence
from studies.models import Appointment, AppointmentRole, Institution, StaffInvitation

from .appointments import appoint
from .permissions import StaffPermission, standing_of

LASTS = timedelta(days=14)
# Nobody's mailbox is filled by whoever got hold of an administrator's account.
OF_RECIPIENT = WindowLimit("invitation.recipient", 3, timedelta(days=1))
OF_INSTITUTION = WindowLimit("invitation.institution", 100, timedelta(days=1))


def invite_staff(
    institution: Institution, role: AppointmentRole, mail: str, language: str, actor: Actor, at: datetime
) -> StaffInvitation:
    """Ask whoever reads mail at this address to work for the institution, within 14 days; one mail is sent.

    Whether the address has an account is not told. Not to be called within a transaction. Raises ValidationError for
    whoever is invited already, or holds this appointment, and for too many mails in a day.
    """
    refuse_known(institution, role, mail, at)
    _count_mail(institution, mail, at)
    made = invited.invite(
        InvitationKind.STAFF, mail, language, institution.uuid, role, institution.name, actor, at, LASTS
    )
    return StaffInvitation.objects.get(pk=made.pk)


def refuse_known(institution: Institution, role: AppointmentRole, mail: str, at: datetime) -> None:
    """Raises ValidationError for an address that is invited already, or whose account holds this appointment."""
    address = mail.strip().lower()
    if invited_to(institution, at).filter(mail=address, place=role).exists():
        raise ValidationError(_("This address is invited already. You can send the invitation again from its page."))
    held = Appointment.objects.filter(institution=institution, role=role, ends_at__isnull=True)
    if held.filter(user__username=address).exists():
        raise ValidationError(_("This person has this appointment already."))


def send_again(invitation: StaffInvitation, actor: Actor, at: datetime) -> None:
    """Another mail, whose link works for 14 days; the one before works no more. Raises ValidationError."""
    _count_mail(Institution.objects.get(uuid=invitation.subject), invitation.mail, at)
    invited.invite_again(invitation, actor, at, LASTS)


def withdraw(invitation: StaffInvitation, actor: Actor, at: datetime) -> None:
    """Nobody can accept it any more. Raises ValidationError when somebody has meanwhile."""
    if not invited.withdraw(invitation, actor, at):
        raise ValidationError(_("This invitation was accepted or withdrawn already."))


def _count_mail(institution: Institution, mail: str, at: datetime) -> None:
    tries = [(OF_RECIPIENT, mail.strip().lower()), (OF_INSTITUTION, str(institution.uuid))]
    verdict = take_all(tries, at)
    if verdict.again_at is not None and not verdict.allowed:
        said = _("Too many invitations were sent today. %(again)s")
        raise ValidationError(said % {"again": again_sentence(verdict.again_at, at)})


def invited_to(institution: Institution, at: datetime) -> QuerySet[StaffInvitation]:
    """Who is asked to work for the institution and can still accept."""
    waiting = StaffInvitation.objects.filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at)
    return waiting.filter(subject=institution.uuid)


@transaction.atomic
def take_up(invitation: StaffInvitation, user: User, actor: Actor, at: datetime) -> Appointment:
    """Appoint whoever accepted.

    Raises ValidationError when the institution has left the portal, or whoever invited may no longer do so.
    """
    institution = Institution.objects.filter(uuid=invitation.subject, is_active=True).first()
    inviter = User.objects.filter(uuid__in=[invitation.invited_by]).first()
    if institution is None or inviter is None:
        raise ValidationError(_("This invitation is over."))
    if institution.pk not in standing_of(inviter, at).institutions(StaffPermission.INVITE):
        raise ValidationError(
            _("Whoever invited you may no longer do so. Please ask %(institution)s for another invitation.")
            % {"institution": institution.name}
        )
    return appoint(user, institution, invitation.role, actor, at)
