"""Where a recovery stands, as the steps of a way."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Recovery, RecoveryState
from accounts.registration.standing import Step


def steps_of(recovery: Recovery) -> list[Step]:
    """The steps of an open recovery in their order."""
    is_verified = recovery.state == RecoveryState.VERIFIED
    return [
        Step(_("You asked the service desk"), recovery.asked_at, False),
        Step(_("The service desk makes sure that it is you"), recovery.verified_at, not is_verified),
        Step(_("Every contact of the account is told, and time passes"), None, is_verified),
        Step(_("You set up another second factor"), None, False),
    ]


def delay_hours() -> int:
    """How long the wait is, in hours."""
    return int(settings.RECOVERY_DELAY // timedelta(hours=1))
