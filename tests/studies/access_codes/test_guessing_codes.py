"""Guessing codes out of nothing, from many addresses: computed from the limits, and confirmed by trying."""

from collections.abc import Callable
from datetime import timedelta
from math import sqrt
from random import Random

import pytest

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent
from accounts.throttling.limits import CODE_ADDRESS, CODE_NETWORK
from studies.access_codes import Birth, Outcome, enter, issue
from studies.access_codes.codes import ALPHABET, LENGTH, fresh
from tests.factories import PatientFactory, RequestFactory, StudyFactory
from tests.factories.studies import NOON
from tests.portal.second_factor.odds import (
    GUESSES,
    LIVE_CODES,
    checked_in_an_hour,
    codes_there_are,
    hits_of_guesses,
    hours_of,
    hours_without_alarm,
)

# A small world in which guessing succeeds often enough to be counted: codes whose last two characters alone are chance.
SPACE, LIVE, DAYS = len(ALPHABET) ** 2, 128, 2
NETWORKS, ADDRESSES, HOURS = 2, 11, 2


def test_two_million_guesses_from_any_number_of_addresses_hit_nothing() -> None:
    assert codes_there_are() == 2**55
    assert hits_of_guesses(GUESSES, LIVE_CODES, dates=1) < 0.001, "even if no date of birth were asked"
    assert hits_of_guesses(GUESSES, LIVE_CODES, dates=365) < 0.00001, "even if every year of birth were known"


def test_and_they_take_their_time() -> None:
    assert hours_of(GUESSES, CODE_ADDRESS) > 7 * 365 * 24, "one address"
    assert hours_of(GUESSES, CODE_NETWORK) > 9 * 30 * 24, "one network"
    assert hours_without_alarm(GUESSES) > 83 * 24


@pytest.mark.django_db
def test_in_a_small_world_guesses_hit_as_often_as_is_computed() -> None:
    """A botnet guesses from every address for two hours, more than it may, and no pair of code and date twice."""
    dice = Random(4)
    _give_out_codes(dice)
    pairs = [(code, day) for code in range(SPACE) for day in range(DAYS)]
    dice.shuffle(pairs)
    hits = 0
    for hour in range(HOURS):
        for address in _addresses():
            for _ in range(CODE_ADDRESS.failures + 1):
                code, day = pairs.pop()
                entry = enter(fresh(_drawing(code)), _born(day), address, NOON + timedelta(hours=hour))
                hits += entry.outcome is Outcome.ENTERED
    wrong = AuditEvent.objects.filter(
        action=AuditAction.PATIENT_REFUSED, details__reason__in=["unknown_code", "wrong_date"]
    )
    assert wrong.count() == HOURS * checked_in_an_hour(NETWORKS, ADDRESSES)
    checked = wrong.count() + hits
    expected = hits_of_guesses(checked, LIVE, DAYS, SPACE)
    share, left = LIVE / (SPACE * DAYS), 1 - checked / (SPACE * DAYS)
    assert abs(hits - expected) < 3 * sqrt(checked * share * (1 - share) * left)
    assert hits > 30


def _give_out_codes(dice: Random) -> None:
    """To two patients, each with a date of birth of its own."""
    requests = []
    for day in range(DAYS):
        born = _born(day)
        patient = PatientFactory(birth_year=born.year, birth_month=born.month, birth_day=born.day)
        requests.append(RequestFactory(patient=patient))
        StudyFactory(request=requests[-1])
    for number, code in enumerate(dice.sample(range(SPACE), LIVE)):
        issue(requests[number % DAYS], SYSTEM, NOON, below=_drawing(code))


def _drawing(number: int) -> Callable[[int], int]:
    """What draws the characters of the code of this number: all but the last two are zero."""
    digits = iter([0] * (LENGTH - 3) + list(divmod(number, len(ALPHABET))))
    return lambda _: next(digits)


def _born(day: int) -> Birth:
    return Birth(14 + day, 9, 1951)


def _addresses() -> list[str]:
    return [f"198.51.{network}.{host}" for network in range(NETWORKS) for host in range(1, ADDRESSES + 1)]
