"""When things happened in the demo: counted back from the first seeding, whose moment is kept."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.models import User

from .examinations import DemoRequest
from .people import ADMINISTRATOR

OPENED_BEFORE = timedelta(days=60)
ON_ITS_WAY = timedelta(minutes=25)
ZONE = ZoneInfo("Europe/Brussels")


def first_seeding(now: datetime) -> datetime:
    """The moment of the first seeding: the first administrator's account was opened 60 days before. Else `now`."""
    administrator = User.objects.filter(username=ADMINISTRATOR.person.username).first()
    if administrator is None:
        return now.replace(second=0, microsecond=0)
    return administrator.date_joined + OPENED_BEFORE


def performed(request: DemoRequest, study: int, began: datetime) -> datetime:
    """When study number `study` of a request was made: in office hours, local time, each request at its own."""
    day = began.astimezone(ZONE).date() - timedelta(days=request.days_ago)
    spread = sum(map(ord, request.accession))
    made = datetime.combine(day, time(8 + spread % 8, spread * 7 % 60), ZONE)
    return made + timedelta(minutes=20 * study)
