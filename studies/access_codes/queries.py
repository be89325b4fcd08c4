"""Access codes in the domain's words."""

from datetime import datetime

from django.db.models import QuerySet

from studies.models import AccessCode


def live_codes(at: datetime) -> QuerySet[AccessCode]:
    """Those that open a door at `at`: issued, not expired, neither revoked nor ended."""
    return AccessCode.objects.filter(
        issued_at__lte=at, expires_at__gt=at, revoked_at__isnull=True, ended_at__isnull=True
    )
