"""Who is staff: whoever holds a live appointment, be it at the service desk or at an institution.

Appointments at institutions are kept above this app: the setting STAFF_APPOINTMENTS names who knows of them.
"""

from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User


def is_staff_member(user: User, at: datetime) -> bool:
    """Whether the user holds any appointment at `at`."""
    return any(import_string(name)(user, at) for name in settings.STAFF_APPOINTMENTS)
