"""The operator's page of odds says what the limits say."""

from pathlib import Path

import pytest
from django.conf import settings

from accounts.throttling.limits import CHALLENGE_DAY, CHALLENGE_HOUR, CODE, CODE_ADDRESS, CODE_ALARM, CODE_NETWORK
from studies.access_codes.tries import WRONG_IN_A_LIFE, WRONG_WITHOUT_A_BIRTHDAY

from .odds import (
    DAYS_OF_A_YEAR,
    GUESSES,
    LIVE_CODES,
    YEARS_OF_LIVES,
    hits_of_guesses,
    hits_of_thief,
    hours_of,
    hours_without_alarm,
    share_of_dates,
    share_of_slips,
    share_of_tokens,
    wait_for_all_dates,
)

MILLION = 1_000_000
ALL_DATES = YEARS_OF_LIVES * DAYS_OF_A_YEAR


@pytest.fixture
def page() -> str:
    return (Path(settings.BASE_DIR) / "docs/operating/guessing.md").read_text()


def test_the_odds(page: str) -> None:
    said = [
        f"| {hits_of_guesses(GUESSES, LIVE_CODES, ALL_DATES):.8f} times expected |",
        f"| {hits_of_guesses(GUESSES, LIVE_CODES, YEARS_OF_LIVES):.6f} times expected |",
        f"| {hits_of_guesses(GUESSES, LIVE_CODES, 1):.5f} times expected |",
        f"| {share_of_dates(DAYS_OF_A_YEAR) * 100:.1f} in 100 |",
        f"| {hits_of_thief(DAYS_OF_A_YEAR, knows_day=True) * MILLION:.1f} in a million |",
        f"| {share_of_dates(DAYS_OF_A_YEAR) * share_of_slips(WRONG_IN_A_LIFE) * MILLION:.2f} in a million |",
        f"| {hits_of_thief(1, knows_day=False) * MILLION:.1f} in a million |",
        f"| {share_of_tokens(WRONG_IN_A_LIFE) * MILLION:.0f} in a million |",
    ]
    assert [row for row in said if row not in page] == []


def test_the_limits_and_how_long_they_hold(page: str) -> None:
    wait = wait_for_all_dates()
    said = [
        f"| {CODE_ADDRESS.failures} | one address needs {hours_of(GUESSES, CODE_ADDRESS) / 24 / 365:.1f} years",
        f"| {CODE_NETWORK.failures} | one network needs {hours_of(GUESSES, CODE_NETWORK) / 24:.0f} days",
        f"| {CODE_ALARM.failures:,} | {hours_without_alarm(GUESSES) / 24:.0f} days without an alarm",
        f"| {CODE.ends_after} | {wait.days} days and {wait.seconds / 3600:.0f} hours for all of them",
        f"| {CHALLENGE_HOUR.failures}, {CHALLENGE_DAY.failures} | a day at most for the {WRONG_IN_A_LIFE} tokens",
        f"{WRONG_WITHOUT_A_BIRTHDAY} wrong tokens are all",
        f"{CODE.ends_after} tries in the code's life",
    ]
    assert [words for words in said if words not in page] == []
