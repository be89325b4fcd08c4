"""Which step is due: a pure function of the code, its institution's policy and what was passed."""

from itertools import product

import pytest
from django.test import Client
from django.utils import timezone

from portal.patient_login.steps import Step, due_step
from studies.access_codes.demands import effective_second_factor, is_satisfied
from studies.models import AccessCode, Institution, Patient, PatientSecondFactor, Request
from tests.factories.studies import NOON

from .house import NONE, OTP, SMS, House, come_in


def code_of(
    asks: PatientSecondFactor, own: PatientSecondFactor = NONE, per_code: bool = False, **code: object
) -> AccessCode:
    institution = Institution(patient_second_factor=asks, second_factor_per_code=per_code)
    request = Request(institution=institution, patient=Patient(institution=institution))
    return AccessCode(request=request, second_factor=own, **code)


@pytest.mark.parametrize(
    ("asks", "own", "per_code", "effective"),
    [
        (NONE, NONE, True, NONE),
        (NONE, SMS, False, NONE),
        (NONE, SMS, True, SMS),
        (NONE, OTP, True, OTP),
        (SMS, NONE, True, SMS),
        (SMS, OTP, True, OTP),
        (SMS, OTP, False, SMS),
        (OTP, NONE, True, OTP),
    ],
)
def test_the_stricter_of_the_institutions_and_the_codes_own_counts(
    asks: PatientSecondFactor, own: PatientSecondFactor, per_code: bool, effective: PatientSecondFactor
) -> None:
    assert effective_second_factor(code_of(asks, own, per_code)) is effective


def test_the_order_of_the_steps_holds_in_every_combination() -> None:
    for asks, passed, price, settled, shows in product(
        PatientSecondFactor, PatientSecondFactor, (0, 500), (None, NOON), (True, False)
    ):
        code = code_of(asks, price_minor=price, settled_at=settled)
        owes = bool(price) and settled is None
        factor_due = asks is not NONE and passed is NONE
        expected = Step.PAYMENT if owes else Step.SECOND_FACTOR if factor_due else Step.REQUEST
        if expected is not Step.REQUEST and not shows:
            expected = Step.NOT_YET
        assert due_step(code, passed, shows) is expected, (asks, passed, price, settled, shows)
        assert is_satisfied(code, passed) is not factor_due


def test_whoever_asks_for_the_request_too_early_is_led_to_the_step_that_is_due(client: Client, house: House) -> None:
    house.asks(SMS, price_minor=500, free_copy_text="Ask at the desk.")
    assert client.get("/patient/request/").headers["Location"] == "/patient/"
    come_in(client, house.code())
    assert client.get("/patient/request/").headers["Location"] == "/patient/payment/"
    AccessCode.objects.update(settled_at=timezone.now())
    assert client.get("/patient/request/").headers["Location"] == "/patient/token/"
