"""A thousand wrong tries in parallel: the limits hold exactly, and the real patient still gets in after the wait."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connections

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent
from accounts.throttling.limits import CODE
from studies.access_codes import Birth, Entry, Outcome, enter, issue
from studies.access_codes.codes import fresh, shown
from studies.models import AccessCode
from tests.factories import StudyFactory
from tests.factories.studies import NOON

THREADS = 8
TRIES = 1_000
TRIES_OF_A_NETWORK = 330  # just beyond its limit
BORN, WRONG = Birth(14, 9, 1951), Birth(15, 9, 1951)
ANNAS_HOME = "203.0.113.5"
WAIT = timedelta(minutes=15)

parallel = pytest.mark.django_db(transaction=True)


@parallel
@pytest.mark.parametrize("addresses", [1, TRIES], ids=["from one address", "from many addresses"])
def test_against_one_code(addresses: int) -> None:
    letter = issue(StudyFactory().request, SYSTEM, NOON).text
    entries = _attack(lambda number: enter(letter, WRONG, _address(number % addresses), NOON))
    assert {entry.outcome for entry in entries} == {Outcome.REFUSED}
    assert _checked() == {"wrong_date": 5, "waiting": TRIES - 5}
    assert enter(letter, BORN, ANNAS_HOME, NOON + WAIT - timedelta(seconds=1)).again_at == NOON + WAIT
    assert enter(letter, BORN, ANNAS_HOME, NOON + WAIT).outcome is Outcome.ENTERED


@parallel
@pytest.mark.parametrize(
    ("address", "tries", "checked"),
    [
        (lambda _: "198.51.100.7", TRIES, 30),
        (lambda number: f"2001:db8:1:2::{number:x}", TRIES_OF_A_NETWORK, 30),
        (lambda number: f"198.51.100.{number % 200}", TRIES_OF_A_NETWORK, 300),
        (lambda number: f"2001:db8:1:{number:x}::1", TRIES_OF_A_NETWORK, 300),
    ],
    ids=["one address", "one /64", "one /24", "one /48"],
)
def test_against_many_codes(address: Callable[[int], str], tries: int, checked: int) -> None:
    letter = issue(StudyFactory().request, SYSTEM, NOON).text
    guesses = [shown(fresh()) for _ in range(tries)]
    _attack(lambda number: enter(guesses[number], BORN, address(number), NOON), tries)
    assert _checked() == {"unknown_code": checked, "waiting": tries - checked}
    assert enter(letter, BORN, ANNAS_HOME, NOON).outcome is Outcome.ENTERED
    assert enter(letter, BORN, address(0), NOON).outcome is Outcome.REFUSED
    assert enter(letter, BORN, address(0), NOON + timedelta(hours=1)).outcome is Outcome.ENTERED


@parallel
def test_from_everywhere_against_everything_tells_the_operator_once() -> None:
    guesses = [shown(fresh()) for _ in range(TRIES + 10)]
    _attack(lambda number: enter(guesses[number], BORN, _address(number), NOON), TRIES + 10)
    assert _checked() == {"unknown_code": TRIES + 10}
    assert AuditEvent.objects.filter(action=AuditAction.ALARM).count() == 1


@pytest.mark.django_db
def test_a_thief_who_knows_the_year_tries_twenty_of_its_days_in_a_codes_life() -> None:
    request = StudyFactory().request
    letter = issue(request, SYSTEM, NOON, days=90)
    days = [date(1951, 1, 1) + timedelta(days=number) for number in range(365)]
    at, tried = NOON, 0
    while AccessCode.objects.filter(pk=letter.code.pk, ended_at=None).exists():
        day = days[tried]
        entry = enter(letter.text, Birth(day.day, day.month, day.year), ANNAS_HOME, at)
        assert entry.outcome is Outcome.REFUSED
        at, tried = entry.again_at or at, tried + 1
    assert tried == 20 == CODE.ends_after
    assert tried / len(days) < 0.055
    assert at < letter.code.expires_at
    assert enter(letter.text, BORN, ANNAS_HOME, at).outcome is Outcome.REFUSED


def test_the_thiefs_chance_as_the_limits_compute_it() -> None:
    assert CODE.ends_after is not None
    waits = [CODE.wait_after(failures) for failures in range(1, CODE.ends_after)]
    assert waits[:7] == [timedelta(0)] * 4 + [WAIT, 2 * WAIT, 4 * WAIT]
    assert max(waits) == timedelta(hours=24)
    assert CODE.ends_after / 365 < 0.055


def _attack(attempt: Callable[[int], Entry], tries: int = TRIES) -> list[Entry]:
    """Every try once, from eight threads at a time, each with a connection of its own."""

    def share(first: int) -> list[Entry]:
        try:
            return [attempt(number) for number in range(first, tries, THREADS)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return [entry for entries in pool.map(share, range(THREADS)) for entry in entries]


def _address(number: int) -> str:
    return f"10.{number // 250}.{number % 250}.1"


def _checked() -> dict[str, int]:
    rows = AuditEvent.objects.filter(action=AuditAction.PATIENT_REFUSED)
    return dict(Counter(rows.values_list("details__reason", flat=True)))
