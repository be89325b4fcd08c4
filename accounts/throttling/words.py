"""When somebody may try again, in words."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext


def again_sentence(again_at: datetime, at: datetime) -> str:
    """ "You can try again at 14:35": the environment's clock, rounded up to a minute that keeps the promise."""
    moment = timezone.localtime(again_at)
    if moment.second or moment.microsecond:
        moment = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
    if moment.date() == timezone.localtime(at).date():
        return gettext("You can try again at %(time)s.") % {"time": moment.strftime("%H:%M")}
    return gettext("You can try again on %(date)s at %(time)s.") % {
        "date": date_format(moment, "MONTH_DAY_FORMAT"),
        "time": moment.strftime("%H:%M"),
    }
