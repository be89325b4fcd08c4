"""How often a thief who holds the code gets in where a second factor is on: computed, and confirmed by trying."""

from datetime import datetime, timedelta
from math import sqrt
from random import Random

import pytest
import time_machine
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.challenges import services as challenges
from accounts.challenges.services import TRIES
from accounts.models import AuditAction, AuditEvent
from accounts.sessions.store import SessionStore
from portal.patient_login.second_factor.services import Taken, take_token
from portal.patient_login.second_factor.views import send_first
from portal.patient_login.steps import begin
from studies.access_codes import Birth, Outcome, enter, issue
from studies.access_codes.services import IssuedCode
from studies.access_codes.tries import WRONG_IN_A_LIFE, WRONG_WITHOUT_A_BIRTHDAY
from studies.models import AccessCode, Patient
from tests.factories import PatientFactory, RequestFactory, StudyFactory
from tests.factories.studies import NOON

from .house import SMS, House, come_in, only_code, type_token, wrong
from .odds import DAYS_OF_A_YEAR, hits_of_thief, share_of_dates, share_of_tokens

HOME = "192.0.2.7"
# A small world in which guessing succeeds often enough to be counted.
LIVES, DATES, TOKENS = 60, 40, 40


@pytest.mark.parametrize(
    ("dates", "knows_day"),
    [(DAYS_OF_A_YEAR, True), (12, False), (1, False)],
    ids=["a whole date", "no day", "the year alone"],
)
def test_a_thief_with_the_code_and_the_year_hits_less_than_once_in_a_hundred_thousand(
    dates: int, knows_day: bool
) -> None:
    assert hits_of_thief(dates, knows_day=knows_day) < 0.00001


def test_in_a_small_world_thieves_hit_as_often_as_is_computed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """40 dates instead of 365 and 40 tokens instead of a million; every limit is the portal's own."""
    dice = Random(4)
    assert challenges.send.__kwdefaults__ is not None
    monkeypatch.setitem(challenges.send.__kwdefaults__, "below", lambda _: dice.randrange(TOKENS))
    house.asks(SMS)
    outcomes = [_life_of_a_code(house, dice, number) for number in range(LIVES)]
    past_date = sum(found for found, _ in outcomes)
    inside = sum(opened for _, opened in outcomes)
    assert abs(past_date - LIVES * share_of_dates(DATES)) < 3 * _deviation(share_of_dates(DATES))
    share = share_of_dates(DATES) * share_of_tokens(WRONG_IN_A_LIFE, TOKENS)
    assert abs(inside - LIVES * share) < 3 * _deviation(share)
    assert past_date > inside > 0
    assert max(AccessCode.objects.values_list("token_failures", flat=True)) == WRONG_IN_A_LIFE


def test_a_patient_thief_gets_fifty_tries_in_all(house: House) -> None:
    """Who even knows the date: asks for tokens for days, and types a wrong one whenever one may be typed."""
    house.asks(SMS)
    code = house.code()
    assert _looked_at(house, code, logins=12) == only_code().token_failures == WRONG_IN_A_LIFE


def test_where_the_day_of_birth_is_not_known_eight_tries_are_all(house: House) -> None:
    house.asks(SMS)
    Patient.objects.update(birth_month=None, birth_day=None)
    code = house.code()
    assert _looked_at(house, code, logins=3) == only_code().token_failures == WRONG_WITHOUT_A_BIRTHDAY


def _looked_at(house: House, code: str, logins: int) -> int:
    """How many wrong tokens are looked at of a thief who comes in every six hours and never stops typing."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(logins):
            thief = Client()
            come_in(thief, code)
            for _try in range(TRIES + 2):
                type_token(thief, wrong(house.token()))
                type_token(thief, "00000000")
            clock.shift(timedelta(hours=6))
    looked_at = AuditEvent.objects.filter(
        action=AuditAction.TOKEN_REFUSED, details__reason__in=["wrong", "last_wrong", "wrong_slip"]
    )
    return looked_at.count()


def _life_of_a_code(house: House, dice: Random, number: int) -> tuple[bool, bool]:
    """Whether a thief finds the date before the code ends, and then a token before its tries are over."""
    born = dice.randrange(DATES)
    patient = PatientFactory(
        institution=house.hospital, birth_month=born // 28 + 1, birth_day=born % 28 + 1, mobile=f"+3247012{number:04d}"
    )
    request = RequestFactory(patient=patient)
    StudyFactory(request=request)
    letter = issue(request, SYSTEM, NOON)
    found_at = _find_the_date(letter, dice.sample(range(DATES), DATES))
    return found_at is not None, found_at is not None and _find_a_token(letter, dice, found_at)


def _find_the_date(letter: IssuedCode, dates: list[int]) -> datetime | None:
    """When the right one was typed; None where the code ended first."""
    at = NOON
    for date in dates:
        entry = enter(letter.text, Birth(date % 28 + 1, date // 28 + 1, 1951), HOME, at)
        if entry.outcome is Outcome.ENTERED:
            return at
        if AccessCode.objects.filter(pk=letter.code.pk, ended_at__isnull=False).exists():
            return None
        at = (entry.again_at or at) + timedelta(minutes=2)  # slow enough for the address, too
    raise AssertionError("neither found nor ended")


def _find_a_token(letter: IssuedCode, dice: Random, at: datetime) -> bool:
    """Five guesses a message, as many messages as there are."""
    while True:
        at += timedelta(minutes=15)
        thief = HttpRequest()
        thief.META["REMOTE_ADDR"] = HOME
        thief.session = SessionStore(address=HOME)
        live = AccessCode.objects.select_related("request__patient", "request__institution")
        login = begin(thief, live.get(pk=letter.code.pk), at)
        send_first(thief, login, at)
        for guess in dice.sample(range(TOKENS), TRIES):
            taken = take_token(thief, login, f"{guess:06d}", at)
            if taken in (Taken.VERIFIED, Taken.DESK):
                return taken is Taken.VERIFIED


def _deviation(share: float) -> float:
    """The standard deviation of how many of the lives end so."""
    return sqrt(LIVES * share * (1 - share))
