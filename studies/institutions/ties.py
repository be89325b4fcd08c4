"""What an account is tied to here: appointments at institutions."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.account.ties import Tie
from accounts.audit.actor import Actor
from accounts.models import User
from studies.models import Appointment, AppointmentRole

from .appointments import administrators, end_appointment


class AppointmentTies:
    """Closing the account ends its appointments; the last administrator of an institution stays."""

    def of(self, user: User, at: datetime) -> list[Tie]:
        return [_tie(appointment, at) for appointment in _open(user, at).select_related("institution")]

    def end(self, user: User, actor: Actor, at: datetime) -> None:
        for appointment in _open(user, at):
            end_appointment(appointment, actor, at)

    def export(self, user: User) -> dict[str, Any]:
        rows = Appointment.objects.filter(user=user).select_related("institution").order_by("begins_at", "pk")
        return {
            "appointments": [
                {
                    "institution": row.institution.name,
                    "role": row.role,
                    "from": row.begins_at,
                    "until": row.ends_at,
                    "confirmed_at": row.confirmed_at,
                    "suspended_at": row.suspended_at,
                }
                for row in rows
            ]
        }


APPOINTMENTS = AppointmentTies()


def _open(user: User, at: datetime) -> QuerySet[Appointment]:
    live = Q(begins_at__lte=at) & (Q(ends_at__isnull=True) | Q(ends_at__gt=at))
    return Appointment.objects.filter(live, user=user).order_by("begins_at", "pk")


def _tie(appointment: Appointment, at: datetime) -> Tie:
    institution = appointment.institution
    administers = appointment.role == AppointmentRole.ADMINISTRATOR
    if administers and not administrators(institution, at).exclude(pk=appointment.pk).exists():
        said = _("You are the last administrator of %(institution)s. Appoint another one first.")
        return Tie(said % {"institution": institution.name}, holds=True)
    said = _("You no longer work for %(institution)s here (%(role)s).")
    return Tie(said % {"institution": institution.name, "role": appointment.get_role_display()})
