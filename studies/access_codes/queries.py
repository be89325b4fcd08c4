"""Access codes in the domain's words."""

from datetime import datetime

from django.db.models import Min, QuerySet

from studies.models import AccessCode, Study


def live_codes(at: datetime) -> QuerySet[AccessCode]:
    """Those that open a door at `at`: issued, not expired, neither revoked nor ended."""
    return AccessCode.objects.filter(
        issued_at__lte=at, expires_at__gt=at, revoked_at__isnull=True, ended_at__isnull=True
    )


def examined_at(code: AccessCode) -> datetime | None:
    """When the examination of a code was made: the first study's time, None while none is known."""
    found: datetime | None = Study.objects.filter(request=code.request_id).aggregate(first=Min("performed_at"))["first"]
    return found
