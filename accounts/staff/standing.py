"""Who is staff, and by what a session has to be proven to do staff's work.

Staff is whoever holds a live appointment, be it at the service desk or at an institution. Appointments at institutions
are kept above this app: the setting STAFF_APPOINTMENTS names who knows of them.
"""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from accounts.models import User
from accounts.second_factor.kinds import is_strong
from accounts.sessions.services import factor_given_at


def is_staff_member(user: User, at: datetime) -> bool:
    """Whether the user holds any appointment at `at`."""
    return any(import_string(name)(user, at) for name in settings.STAFF_APPOINTMENTS)


def is_proven_as_staff(request: HttpRequest) -> bool:
    """Whether an authenticator app or a passkey was given in this session itself.

    Staff log in no other way; but who is appointed while logged in may have come by SMS, by a backup code, by an e-ID
    or from a remembered browser.
    """
    device = getattr(request.user, "otp_device", None)
    return device is not None and is_strong(device) and factor_given_at(request) is not None
