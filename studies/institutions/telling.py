"""Telling somebody by mail that an appointment was suspended, or counts again; never why: that may accuse somebody."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.days import clock, day
from accounts.mails.services import send_account_mail
from studies.models import Appointment

_SUSPENDED = _("Your work for %(institution)s is suspended")
_RESUMED = _("You can work for %(institution)s again")


def tell_suspended(appointment: Appointment, at: datetime) -> None:
    """Once the transaction in hand is committed."""
    transaction.on_commit(partial(_write_to, appointment, at, has_begun=True))


def tell_resumed(appointment: Appointment, at: datetime) -> None:
    """Likewise."""
    transaction.on_commit(partial(_write_to, appointment, at, has_begun=False))


def _write_to(appointment: Appointment, at: datetime, *, has_begun: bool) -> None:
    user = appointment.user
    if not user.is_active:
        return
    with translation.override(user.language):
        context = {
            "institution": appointment.institution.name,
            "role": appointment.get_role_display(),
            "day": day(at),
            "clock": clock(at),
        }
    subject, template = (_SUSPENDED, "appointment_suspended") if has_begun else (_RESUMED, "appointment_resumed")
    send_account_mail(user.username, subject, template, context, user.language)
