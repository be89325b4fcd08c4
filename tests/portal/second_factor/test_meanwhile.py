"""What happens to a login while something else happens: time, a second tab, the desk, the policy."""

from datetime import timedelta

import time_machine
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import Challenge
from studies.access_codes.services import revoke
from studies.models import AccessCode, Institution

from .house import NONE, OTP, PRICED, SMS, House, come_in, is_in, only_code, text_of, type_token


def test_going_back_after_coming_in_leads_to_the_request(client: Client, house: House) -> None:
    house.asks(SMS)
    come_in(client, house.code())
    type_token(client, house.token())
    for address in ("/patient/token/", "/patient/payment/"):
        assert client.get(address).headers["Location"] == "/patient/request/"


def test_a_step_that_took_too_long_says_what_to_do(house: House) -> None:
    house.asks(SMS)
    for minutes in (29, 31, 61):
        Challenge.objects.all().delete()
        browser = Client()
        now = timezone.now()
        with time_machine.travel(now, tick=False) as clock:
            come_in(browser, house.code())
            clock.move_to(now + timedelta(minutes=minutes))
            answer = browser.get("/patient/token/")
            if minutes < 30:
                assert answer.status_code == 200
                assert "too old" in text_of(type_token(browser, house.token()))
                continue
            assert answer.headers["Location"] == "/patient/"
            assert "Please start again with your code" in text_of(browser.get("/patient/"))
            assert "Please start again" not in text_of(browser.get("/patient/")), "said once"


def test_a_second_tab_takes_over(client: Client, house: House) -> None:
    house.asks(SMS)
    code = house.code()
    come_in(client, code)
    come_in(client, code)
    assert len(house.texts()) == 2
    type_token(client, house.token())
    assert is_in(client)


def test_a_code_revoked_meanwhile_ends_the_login(client: Client, house: House) -> None:
    house.asks(SMS)
    come_in(client, house.code())
    revoke(only_code(), SYSTEM, timezone.now())
    answer = type_token(client, house.token())
    assert answer.status_code == 403
    assert "Your code no longer works" in text_of(answer)
    assert not is_in(client)


def test_a_stricter_policy_ends_sessions_opened_without_it(client: Client, house: House) -> None:
    house.asks(NONE)
    code = house.code()
    come_in(client, code)
    assert is_in(client)
    house.asks(SMS)
    assert "asks for one more step" in text_of(client.get("/patient/request/"))
    assert come_in(client, code).headers["Location"] == "/patient/token/"
    type_token(client, house.token())
    house.asks(OTP)
    assert is_in(client), "as strict as before"
    house.asks(NONE)
    assert is_in(client)


def test_a_policy_made_stricter_during_the_login_counts(client: Client, house: House) -> None:
    house.asks(NONE, **PRICED)
    come_in(client, house.code())
    house.asks(SMS)
    AccessCode.objects.update(settled_at=timezone.now())
    assert client.get("/patient/payment/").headers["Location"] == "/patient/token/"
    assert not is_in(client)


def test_an_inactive_institution_ends_the_login(client: Client, house: House) -> None:
    house.asks(SMS)
    come_in(client, house.code())
    Institution.objects.update(is_active=False)
    assert type_token(client, house.token()).status_code == 403
