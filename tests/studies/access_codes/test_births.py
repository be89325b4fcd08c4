"""Dates of birth as typed and as known."""

from datetime import date

import pytest

from studies.access_codes.births import Birth, agrees
from studies.models import Patient

TODAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("known", "typed", "agreeing"),
    [
        ((1951, 9, 14), Birth(14, 9, 1951), True),
        ((1951, 9, 14), Birth(13, 9, 1951), False),
        ((1951, 9, 14), Birth(9, 14, 1951), False),
        ((1951, 9, 14), Birth(None, None, 1951), False),
        ((1951, 9, None), Birth(None, 9, 1951), True),
        ((1951, 9, None), Birth(3, 9, 1951), True),
        ((1951, 9, None), Birth(3, 8, 1951), False),
        ((1951, None, None), Birth(None, None, 1951), True),
        ((1951, None, None), Birth(14, 9, 1951), True),
        ((1951, None, None), Birth(14, 9, 1952), False),
        ((None, None, None), Birth(None, None, 1951), False),
    ],
)
def test_only_the_parts_that_the_hospital_knows_count(
    known: tuple[int | None, int | None, int | None], typed: Birth, agreeing: bool
) -> None:
    year, month, day = known
    assert agrees(typed, Patient(birth_year=year, birth_month=month, birth_day=day)) is agreeing


def test_nobody_agrees_with_no_patient() -> None:
    assert not agrees(Birth(None, None, None), None)


@pytest.mark.parametrize(
    ("birth", "possible"),
    [
        (Birth(29, 2, 2024), True),
        (Birth(29, 2, 2023), False),
        (Birth(31, 4, 1980), False),
        (Birth(0, 4, 1980), False),
        (Birth(1, 0, 1980), False),
        (Birth(1, 13, 1980), False),
        (Birth(18, 11, 2026), True),
        (Birth(19, 11, 2026), False),
        (Birth(1, 1, 1875), False),
        (Birth(1, 1, 51), False),
        (Birth(None, None, 1951), True),
        (Birth(None, 9, 1951), True),
        (Birth(14, None, 1951), False),
        (Birth(14, 9, None), False),
    ],
)
def test_a_date_that_cannot_be_is_told_apart_from_a_wrong_one(birth: Birth, possible: bool) -> None:
    assert birth.is_possible(TODAY) is possible
