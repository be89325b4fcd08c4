"""DICOM dates and times as instants."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studies.ingest.times import instant

BRUSSELS = ZoneInfo("Europe/Brussels")
SUMMER, WINTER = date(2026, 7, 1), date(2026, 1, 1)
FORWARD, BACK = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(
    ("day", "clock", "offset", "expected"),
    [
        (SUMMER, "101500", "", "2026-07-01 08:15:00"),  # local time of the institution
        (WINTER, "101500", "", "2026-01-01 09:15:00"),
        (SUMMER, "101500", "+0000", "2026-07-01 10:15:00"),
        (SUMMER, "101500", "-0330", "2026-07-01 13:45:00"),
        (SUMMER, "101500", "+1500", "2026-07-01 08:15:00"),  # no such offset
        (SUMMER, "101500", "CET", "2026-07-01 08:15:00"),
        (SUMMER, "101500.5", "", "2026-07-01 08:15:00.500000"),
        (SUMMER, "10:15:00", "", "2026-07-01 08:15:00"),
        (SUMMER, "1015", "", "2026-07-01 08:15:00"),
        (SUMMER, "10", "", "2026-07-01 08:00:00"),
        (SUMMER, "101560", "", "2026-07-01 08:15:59"),  # a leap second
        (SUMMER, "", "", "2026-06-30 22:00:00"),
        (SUMMER, "tea time", "", "2026-06-30 22:00:00"),
        (SUMMER, "256199", "", "2026-06-30 22:00:00"),
        (BACK, "023000", "", "2026-10-25 00:30:00"),  # twice that night: the first
        (BACK, "023000", "+0100", "2026-10-25 01:30:00"),  # said which
        (FORWARD, "023000", "", "2026-03-29 01:30:00"),  # skipped that night: runs on
    ],
)
def test_the_instant_of_a_study(day: date, clock: str, offset: str, expected: str) -> None:
    assert instant(day, clock, offset, BRUSSELS) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_no_date_is_no_instant() -> None:
    assert instant(None, "101500", "", BRUSSELS) is None


@given(
    day=st.dates(), clock=st.text(max_size=16), offset=st.text(max_size=6) | st.from_regex(r"[+-]\d{4}", fullmatch=True)
)
def test_whatever_a_file_says_is_an_instant_or_none(day: date, clock: str, offset: str) -> None:
    found = instant(day, clock, offset, BRUSSELS)
    assert found is None or abs((found.date() - day).days) <= 1
