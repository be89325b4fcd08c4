"""Until when an appointment counts as confirmed: the calendar of the quarterly confirmation of staff.

Every three calendar months an institution's administrators say who still works there. Fourteen days later what nobody
confirmed is paused: it counts for nothing until it is confirmed. Administrators' own appointments never pause, or
nobody would be left to confirm. Nothing is stored but when an appointment was last confirmed.
"""

from datetime import UTC, datetime

from dateutil.relativedelta import relativedelta
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from studies.models import Appointment, AppointmentRole

CONFIRMED_FOR = relativedelta(months=3)
GRACE = relativedelta(days=14)


class AppointmentState(models.TextChoices):
    CURRENT = "current", _("works here")
    SUSPENDED = "suspended", _("suspended")
    PAUSED = "paused", _("paused")
    ENDED = "ended", _("ended")


def due_at(confirmed_at: datetime) -> datetime:
    """When the next confirmation is due: 31 August leads to 30 November, by the environment's clock."""
    return _later(confirmed_at, CONFIRMED_FOR)


def lapses_at(confirmed_at: datetime) -> datetime:
    """When the days of grace are over."""
    return _later(confirmed_at, CONFIRMED_FOR + GRACE)


def is_paused(role: AppointmentRole, confirmed_at: datetime, at: datetime) -> bool:
    """Whether an appointment confirmed then counts for nothing at `at`."""
    return role != AppointmentRole.ADMINISTRATOR and lapses_at(confirmed_at) <= at


def state_of(appointment: Appointment, at: datetime) -> AppointmentState:
    """What an appointment counts for at `at`."""
    if appointment.ends_at is not None and appointment.ends_at <= at:
        return AppointmentState.ENDED
    if appointment.suspended_at is not None:
        return AppointmentState.SUSPENDED
    if is_paused(AppointmentRole(appointment.role), appointment.counts_as_confirmed_at, at):
        return AppointmentState.PAUSED
    return AppointmentState.CURRENT


def _later(moment: datetime, by: relativedelta) -> datetime:
    """The same time of day on the wall, however the clocks changed in between."""
    return (moment.astimezone(timezone.get_default_timezone()) + by).astimezone(UTC)
