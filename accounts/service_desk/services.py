"""What the service desk does, each in a transaction with its audit row."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import (
    RIZIV_DIGITS,
    AuditAction,
    IdentifierKind,
    Physician,
    PhysicianIdentifier,
    ServiceDeskAppointment,
    User,
)
from accounts.registration.numbers import normalised

from .signals import physician_changed


@transaction.atomic
def appoint(user: User, actor: Actor, at: datetime) -> ServiceDeskAppointment:
    """Let `user` work at the service desk from `at`; appointing somebody who is there already changes nothing."""
    appointment = ServiceDeskAppointment.objects.select_for_update().filter(user=user).first()
    if appointment is not None and (appointment.ends_at is None or appointment.ends_at > at):
        return appointment
    if appointment is None:
        appointment = ServiceDeskAppointment(user=user)
    appointment.begins_at, appointment.ends_at = at, None
    appointment.save()
    details = {"user": str(user.uuid), "role": "service_desk", "change": "began"}
    record(AuditAction.APPOINTMENT_CHANGED, actor, at, details=dict(details))
    return appointment


@transaction.atomic
def verify_physician(physician: Physician, actor: Actor, at: datetime) -> None:
    """Say that this person is who they say, by their numbers. Raises ValidationError without any number to go by, and
    for one's own account."""
    refuse_own(physician.user, actor)
    if not physician.identifiers.exists():
        raise ValidationError(_("Add a number of a national register first: it is what hospitals know this person by."))
    Physician.objects.filter(pk=physician.pk).update(verified_at=at)
    _note(physician.user, "physician verified", "", actor, at)
    _announce(numbers_of(physician))


@transaction.atomic
def add_identifier(
    physician: Physician, country: str, kind: IdentifierKind, value: str, actor: Actor, at: datetime
) -> PhysicianIdentifier:
    """Note a number of a national register. Raises ValidationError if it is held (it names the holder), or is none, and
    for one's own account."""
    refuse_own(physician.user, actor)
    number = normalised(kind, country, value)
    if not number:
        raise ValidationError(_("This is not a number of a register."))
    holder = holders_of(kind, number).exclude(physician=physician).select_related("physician__user").first()
    if holder is not None:
        raise ValidationError(
            _("%(number)s is held by %(holder)s (%(mail)s). Look at both, and take it away from whoever it is not.")
            % {"number": holder, "holder": holder.physician, "mail": holder.physician.user.username}
        )
    if PhysicianIdentifier.objects.filter(kind=kind, value=number).exists():
        raise ValidationError(_("This physician has this number already."))
    identifier = PhysicianIdentifier.objects.create(physician=physician, country=country, kind=kind, value=number)
    _note(physician.user, "identifier added", "", actor, at)
    _announce([(identifier.kind, identifier.value)])
    return identifier


@transaction.atomic
def remove_identifier(identifier: PhysicianIdentifier, actor: Actor, at: datetime) -> None:
    """Take a number away from a physician: requests that carry it are no longer this physician's."""
    physician = identifier.physician
    identifier.delete()
    _note(physician.user, "identifier removed", "", actor, at)
    _announce([(identifier.kind, identifier.value)])


def holders_of(kind: str, number: str) -> QuerySet[PhysicianIdentifier]:
    """Who holds this number. One of RIZIV that differs in its last three digits only is the same person's."""
    held = Q(value=number)
    if kind == IdentifierKind.RIZIV and len(number) >= RIZIV_DIGITS:
        held |= Q(value__startswith=number[:RIZIV_DIGITS])
    return PhysicianIdentifier.objects.filter(held, kind=kind)


def refuse_own(user: User, actor: Actor) -> None:
    """Raises ValidationError when somebody at the service desk is about to decide about themselves."""
    if actor.uuid == user.uuid:
        raise ValidationError(_("Somebody else at the service desk decides about your own account."))


def numbers_of(physician: Physician) -> list[tuple[str, str]]:
    """The numbers of national registers that a physician holds: (register, digits)."""
    return list(physician.identifiers.values_list("kind", "value"))


def _announce(numbers: list[tuple[str, str]]) -> None:
    physician_changed.send(Physician, numbers=numbers)


def _note(user: User, change: str, reason: str, actor: Actor, at: datetime) -> None:
    record(AuditAction.RECORD_CHANGED, actor, at, details={"user": str(user.uuid), "change": change, "reason": reason})
