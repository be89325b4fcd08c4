"""When staff is to be confirmed: calendar months, clock changes, ends of months, days of grace."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from studies.institutions.confirmation import AppointmentState, due_at, is_paused, lapses_at, state_of
from studies.institutions.permissions import holds_appointment, standing_of
from studies.models import AppointmentRole
from tests.factories import AppointmentFactory
from tests.factories.studies import NOON

BRUSSELS = ZoneInfo("Europe/Brussels")
MOMENT = timedelta(microseconds=1)


def brussels(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BRUSSELS)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("confirmed", "due", "lapses"),
    [
        ((2026, 1, 15, 9), (2026, 4, 15, 9), (2026, 4, 29, 9)),
        ((2026, 8, 31, 9), (2026, 11, 30, 9), (2026, 12, 14, 9)),
        ((2026, 11, 30, 9), (2027, 2, 28, 9), (2027, 3, 14, 9)),
        ((2027, 11, 30, 9), (2028, 2, 29, 9), (2028, 3, 14, 9)),
        # Winter to summer and back: the same time of day on the wall.
        ((2026, 1, 29, 12), (2026, 4, 29, 12), (2026, 5, 13, 12)),
        ((2026, 8, 1, 0, 30), (2026, 11, 1, 0, 30), (2026, 11, 15, 0, 30)),
        # 02:30 does not exist on the night of the change, and exists twice in autumn.
        ((2025, 12, 29, 2, 30), (2026, 3, 29, 2, 30), (2026, 4, 12, 2, 30)),
        ((2026, 7, 25, 2, 30), (2026, 10, 25, 2, 30), (2026, 11, 8, 2, 30)),
    ],
)
def test_three_calendar_months_by_the_clock_on_the_wall(
    confirmed: tuple[int, ...], due: tuple[int, ...], lapses: tuple[int, ...]
) -> None:
    assert due_at(brussels(*confirmed).astimezone(UTC)) == brussels(*due).astimezone(UTC)
    assert lapses_at(brussels(*confirmed).astimezone(UTC)) == brussels(*lapses).astimezone(UTC)


def test_a_day_in_brussels_is_meant_wherever_the_page_is_shown() -> None:
    """Late on 31 August in UTC it is September in Brussels."""
    confirmed = datetime(2026, 8, 31, 22, 30, tzinfo=UTC)
    with timezone.override(ZoneInfo("America/New_York")):
        assert due_at(confirmed) == brussels(2026, 12, 1, 0, 30)


@pytest.mark.parametrize("role", list(AppointmentRole))
def test_all_but_administrators_pause_when_grace_is_over(role: AppointmentRole) -> None:
    end = lapses_at(NOON)
    assert not is_paused(role, NOON, end - MOMENT)
    assert is_paused(role, NOON, end) is (role is not AppointmentRole.ADMINISTRATOR)


@pytest.mark.django_db
def test_a_paused_appointment_gives_nothing_and_is_not_lost() -> None:
    held = AppointmentFactory(role=AppointmentRole.DESK, confirmed_at=NOON)
    end = lapses_at(NOON)
    assert holds_appointment(held.user, end - MOMENT)
    assert not holds_appointment(held.user, end)
    assert state_of(held, end) is AppointmentState.PAUSED
    held.confirmed_at = end
    held.save()
    assert standing_of(held.user, end).permissions


@pytest.mark.django_db
def test_an_appointment_counts_as_confirmed_on_the_day_it_begins() -> None:
    held = AppointmentFactory(role=AppointmentRole.DESK, begins_at=NOON, confirmed_at=None)
    assert holds_appointment(held.user, lapses_at(NOON) - MOMENT)
    assert not holds_appointment(held.user, lapses_at(NOON))


@pytest.mark.django_db
def test_what_an_appointment_counts_for_has_one_name() -> None:
    held = AppointmentFactory(role=AppointmentRole.DESK, confirmed_at=NOON)
    assert state_of(held, NOON) is AppointmentState.CURRENT
    held.suspended_at = NOON
    assert state_of(held, NOON) is AppointmentState.SUSPENDED
    held.ends_at = NOON
    assert state_of(held, NOON) is AppointmentState.ENDED
