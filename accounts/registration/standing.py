"""Where a registration stands, as the steps of a way."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Registration, RegistrationState


@dataclass(frozen=True)
class Step:
    """One step; `at`: when it was done, None for one that was not. `is_now`: it is what happens now."""

    label: str | Promise
    at: datetime | None
    is_now: bool


def steps_of(registration: Registration) -> list[Step]:
    """The steps of this registration in their order."""
    state = registration.state
    at_desk = state in (RegistrationState.WAITING, RegistrationState.ASKED)
    is_refused = state == RegistrationState.REFUSED
    checked = _("Checked by the service desk, and not approved") if is_refused else _("Checked by the service desk")
    return [
        Step(_("You asked for an account"), registration.asked_at, False),
        Step(_("Mail address confirmed"), registration.mail_confirmed_at, state == RegistrationState.MAIL),
        Step(_("Mobile number confirmed"), registration.phone_confirmed_at, state == RegistrationState.PHONE),
        Step(checked, registration.decided_at, at_desk),
    ]
