"""How often a thief gets in: computed from the limits, and confirmed by trying."""

from datetime import timedelta

import time_machine
from django.test import Client
from django.utils import timezone

from accounts.challenges.services import DIGITS, TRIES
from accounts.models import AuditAction, AuditEvent
from accounts.throttling.limits import CODE
from studies.access_codes.slips import DIGITS as SLIP_DIGITS
from studies.access_codes.slips import PASSWORDS
from studies.access_codes.tries import WRONG_IN_A_LIFE

from .house import SMS, House, come_in, only_code, type_token, wrong

DAYS = 365


def hits_with_the_code_and_the_year() -> float:
    """The date by chance within a code's life, and then the token, or a password of a slip, within its life too."""
    assert CODE.ends_after is not None
    date = CODE.ends_after / DAYS
    token = WRONG_IN_A_LIFE / 10**DIGITS
    slip = WRONG_IN_A_LIFE * PASSWORDS / 10**SLIP_DIGITS
    return float(date * max(token, slip))


def test_a_thief_with_the_code_and_the_year_hits_less_than_once_in_a_hundred_thousand() -> None:
    assert hits_with_the_code_and_the_year() < 0.00001


def test_a_patient_thief_gets_fifty_tries_in_all(house: House) -> None:
    """Who even knows the date: asks for tokens for weeks, and types a wrong one whenever one may be typed."""
    house.asks(SMS)
    code = house.code()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(20):
            thief = Client()
            come_in(thief, code)
            for _try in range(TRIES + 2):
                type_token(thief, wrong(house.token()))
                type_token(thief, "00000000")
            clock.shift(timedelta(hours=6))
    looked_at = AuditEvent.objects.filter(
        action=AuditAction.TOKEN_REFUSED, details__reason__in=["wrong", "last_wrong", "wrong_slip"]
    )
    assert looked_at.count() == only_code().token_failures == WRONG_IN_A_LIFE
