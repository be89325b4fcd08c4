"""When somebody is told: five minutes after the first of what came, or at seven o'clock."""

from datetime import datetime, time, timedelta

from django.utils import timezone

# A study comes in pieces and rarely alone: all that comes meanwhile is one mail.
BURST = timedelta(minutes=5)
_DAILY_AT = time(7)


def last_morning(at: datetime) -> datetime:
    """Seven o'clock in the environment's zone, the last one at or before `at`."""
    zone = timezone.get_default_timezone()
    today = at.astimezone(zone).date()
    morning = datetime.combine(today, _DAILY_AT, zone)
    return morning if morning <= at else datetime.combine(today - timedelta(days=1), _DAILY_AT, zone)
