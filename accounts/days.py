"""Dates and times as a letter writes them, in the page's language and time zone."""

from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from django.utils import timezone
from django.utils.translation import get_language

# English without a country would be written the American way.
_SPOKEN = {"en": "en_GB"}


def _locale() -> Locale:
    language = get_language() or "en"
    return Locale.parse(_SPOKEN.get(language, language).replace("-", "_"))


def _there(moment: date) -> date:
    return _clock_there(moment) if isinstance(moment, datetime) else moment


def _clock_there(moment: datetime) -> datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def day(moment: date | None) -> str:
    """`18 November 2026`; empty for nothing."""
    return format_date(_there(moment), "long", locale=_locale()) if moment else ""


def short_day(moment: date | None) -> str:
    """`18/11/2026`, for where there is little room; empty for nothing."""
    return format_skeleton("yMMdd", _there(moment), locale=_locale()) if moment else ""


def month(moment: date | None) -> str:
    """`November 2026`; empty for nothing."""
    return format_skeleton("yMMMM", _there(moment), locale=_locale()) if moment else ""


def weekday(moment: date | None) -> str:
    """`Wednesday 18 November 2026`; empty for nothing."""
    locale = _locale()
    # CLDR's English has a comma after the weekday, which trips sentences up.
    style = "EEEE d MMMM y" if locale.language == "en" else "full"
    return format_date(_there(moment), style, locale=locale) if moment else ""


def clock(moment: datetime | None) -> str:
    """`14:35`; empty for nothing."""
    return format_time(_clock_there(moment).time(), "short", locale=_locale()) if moment else ""
