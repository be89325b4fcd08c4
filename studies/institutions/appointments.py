"""Appointing staff and ending their appointments; an institution always keeps an administrator."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction, User
from studies.models import Appointment, AppointmentRole, Institution


class LastAdministratorError(ValidationError):
    """The last administrator of an institution stays until there is another."""

    def __init__(self) -> None:
        super().__init__(
            _("This is the last administrator of the institution. Appoint another one first."),
            code="last_administrator",
        )


def appoint(user: User, institution: Institution, role: AppointmentRole, actor: Actor, at: datetime) -> Appointment:
    """Appoint somebody from now on. Who holds that appointment already keeps it: nothing changes."""
    with transaction.atomic():
        Institution.objects.select_for_update().get(pk=institution.pk)
        held = Appointment.objects.filter(user=user, institution=institution, role=role, ends_at__isnull=True).first()
        if held is not None:
            return held
        appointment = Appointment.objects.create(user=user, institution=institution, role=role, begins_at=at)
        _record(appointment, "appointed", actor, at)
    return appointment


def end_appointment(appointment: Appointment, actor: Actor, at: datetime) -> bool:
    """End an appointment now. False if it had ended before. Raises LastAdministratorError."""
    with transaction.atomic():
        Institution.objects.select_for_update().get(pk=appointment.institution_id)
        current = Appointment.objects.get(pk=appointment.pk)
        if current.ends_at is not None and current.ends_at <= at:
            return False
        administers = current.role == AppointmentRole.ADMINISTRATOR
        if administers and not administrators(current.institution, at).exclude(pk=current.pk).exists():
            raise LastAdministratorError
        Appointment.objects.filter(pk=current.pk).update(ends_at=at)
        _record(current, "ended", actor, at)
    appointment.ends_at = at
    return True


def administrators(institution: Institution, at: datetime) -> QuerySet[Appointment]:
    """The live appointments of an institution's administrators, of accounts that are active."""
    live = Q(begins_at__lte=at) & (Q(ends_at__isnull=True) | Q(ends_at__gt=at))
    return Appointment.objects.filter(
        live, institution=institution, role=AppointmentRole.ADMINISTRATOR, user__is_active=True
    )


def _record(appointment: Appointment, deed: str, actor: Actor, at: datetime) -> None:
    record(
        AuditAction.APPOINTMENT_CHANGED,
        actor,
        at,
        institution=appointment.institution.uuid,
        details={"deed": deed, "role": appointment.role, "user": str(appointment.user.uuid)},
    )
