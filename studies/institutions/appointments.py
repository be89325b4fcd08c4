"""Appointing staff, suspending and ending their appointments; an institution always keeps an administrator."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction, User
from studies.models import Appointment, AppointmentRole, Institution

from .telling import tell_resumed, tell_suspended


class LastAdministratorError(ValidationError):
    """The last administrator of an institution stays until there is another."""

    def __init__(self) -> None:
        super().__init__(
            _("This is the last administrator of the institution. Appoint another one first."),
            code="last_administrator",
        )


def appoint(user: User, institution: Institution, role: AppointmentRole, actor: Actor, at: datetime) -> Appointment:
    """Appoint somebody from now on, confirmed for a quarter. Who holds that appointment already keeps it: nothing
    changes, and a suspended one stays suspended."""
    with transaction.atomic():
        lock(institution.pk)
        held = Appointment.objects.filter(user=user, institution=institution, role=role, ends_at__isnull=True).first()
        if held is not None:
            return held
        appointment = Appointment.objects.create(
            user=user, institution=institution, role=role, begins_at=at, confirmed_at=at
        )
        _record(appointment, "appointed", actor, at)
    return appointment


def suspend_appointment(appointment: Appointment, reason: str, actor: Actor, at: datetime) -> bool:
    """It counts for nothing from the next request on, until it is resumed. False if it was suspended or ended before.

    Raises LastAdministratorError.
    """
    with transaction.atomic():
        lock(appointment.institution_id)
        current = Appointment.objects.get(pk=appointment.pk)
        if current.suspended_at is not None or not _is_open(current, at):
            return False
        _keep_an_administrator(current, at)
        Appointment.objects.filter(pk=current.pk).update(suspended_at=at)
        _record(current, "suspended", actor, at, reason)
        tell_suspended(current, at)
    appointment.suspended_at = at
    return True


def resume_appointment(appointment: Appointment, actor: Actor, at: datetime) -> bool:
    """It counts again, confirmed for another quarter. False if it was not suspended, or has ended."""
    with transaction.atomic():
        lock(appointment.institution_id)
        current = Appointment.objects.get(pk=appointment.pk)
        if current.suspended_at is None or not _is_open(current, at):
            return False
        Appointment.objects.filter(pk=current.pk).update(suspended_at=None, confirmed_at=at)
        _record(current, "resumed", actor, at)
        tell_resumed(current, at)
    appointment.suspended_at, appointment.confirmed_at = None, at
    return True


def end_appointment(appointment: Appointment, actor: Actor, at: datetime) -> bool:
    """End an appointment now. False if it had ended before. Raises LastAdministratorError."""
    with transaction.atomic():
        lock(appointment.institution_id)
        current = Appointment.objects.get(pk=appointment.pk)
        if not _is_open(current, at):
            return False
        _keep_an_administrator(current, at)
        Appointment.objects.filter(pk=current.pk).update(ends_at=at)
        _record(current, "ended", actor, at)
    appointment.ends_at = at
    return True


def administrators(institution: Institution, at: datetime) -> QuerySet[Appointment]:
    """The appointments of an institution's administrators that count now, of accounts that are active."""
    live = Q(begins_at__lte=at) & (Q(ends_at__isnull=True) | Q(ends_at__gt=at))
    return Appointment.objects.filter(
        live,
        institution=institution,
        role=AppointmentRole.ADMINISTRATOR,
        suspended_at__isnull=True,
        user__is_active=True,
    )


def hold_administrators(user: User, at: datetime) -> None:
    """Raises LastAdministratorError when an account that is about to be closed is the last administrator somewhere.

    Within the transaction that closes it: until then nobody else can leave one of its institutions.
    """
    held = Appointment.objects.filter(user=user, role=AppointmentRole.ADMINISTRATOR, institution__is_active=True)
    houses = Institution.objects.select_for_update().filter(pk__in=held.values("institution")).order_by("pk")
    for institution in houses:
        there = administrators(institution, at)
        if there.filter(user=user).exists() and not there.exclude(user=user).exists():
            raise LastAdministratorError


def lock(institution_id: int) -> None:
    """One change of an institution's staff at a time. Within a transaction."""
    Institution.objects.select_for_update().get(pk=institution_id)


def _is_open(appointment: Appointment, at: datetime) -> bool:
    return appointment.ends_at is None or appointment.ends_at > at


def _keep_an_administrator(leaving: Appointment, at: datetime) -> None:
    if leaving.role != AppointmentRole.ADMINISTRATOR:
        return
    if not administrators(leaving.institution, at).exclude(pk=leaving.pk).exists():
        raise LastAdministratorError


def _record(appointment: Appointment, deed: str, actor: Actor, at: datetime, reason: str = "") -> None:
    details: dict[str, str | int | bool | None] = {
        "deed": deed,
        "role": appointment.role,
        "user": str(appointment.user.uuid),
    }
    if reason:
        details["reason"] = reason
    record(AuditAction.APPOINTMENT_CHANGED, actor, at, institution=appointment.institution.uuid, details=details)
