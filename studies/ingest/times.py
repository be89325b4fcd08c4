"""DICOM dates and times as instants."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

# PS3.5 §6.2 TM: HH, HHMM, HHMMSS or HHMMSS.FFFFFF; the colons of ACR-NEMA 2.0 are still met.
_TM = re.compile(r"(\d\d)(?::?(\d\d)(?::?(\d\d)(?:\.(\d{1,6}))?)?)?")
# PS3.3 §C.12.1.1.8: ±HHMM, from -1200 to +1400.
_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)")
_WIDEST_OFFSET = {"-": timedelta(hours=12), "+": timedelta(hours=14)}


def instant(day: date | None, clock: str, offset: str, zone: ZoneInfo) -> datetime | None:
    """The instant in UTC of a DICOM date and time; None without a date, or where it lies beyond what a calendar holds.

    Without a usable offset it is local time in `zone`. When clocks go back, the first of the two hours is meant; in
    the hour that is skipped when they go forward, the time runs on from before the change (PEP 495, fold=0). An
    unusable time of day counts as midnight.
    """
    if day is None:
        return None
    try:
        return datetime.combine(day, _time_of_day(clock), _fixed(offset) or zone).astimezone(UTC)
    except OverflowError:
        return None


def _time_of_day(clock: str) -> time:
    found = _TM.fullmatch(clock.strip())
    if not found:
        return time()
    hour, minute, second = (int(part or 0) for part in found.groups()[:3])
    if hour > 23 or minute > 59 or second > 60:
        return time()
    fraction = (found[4] or "").ljust(6, "0")
    return time(hour, minute, min(second, 59), int(fraction))  # 60 is a leap second


def _fixed(offset: str) -> tzinfo | None:
    found = _OFFSET.fullmatch(offset.strip())
    if not found:
        return None
    size = timedelta(hours=int(found[2]), minutes=int(found[3]))
    if size > _WIDEST_OFFSET[found[1]] or int(found[3]) > 59:
        return None
    return timezone(size if found[1] == "+" else -size)
