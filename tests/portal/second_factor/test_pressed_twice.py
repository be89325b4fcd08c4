"""A button of the patients' door pressed twice: a plain page each time, one token, one payment, one visit."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import Session, SessionKind
from portal.models import Payment, PlayedPayment
from studies.access_codes.slips import issue_slip

from .conftest import house_at
from .house import BORN, NONE, PRICED, SMS, House, come_in, is_in, only_code, text_of, type_token

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response


class Browser(Client):
    """Sends the CSRF token of the form that it shows, as browsers do."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True)

    def form_token(self, address: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(address).content.decode())
        assert found
        return found.group(1)


def led_to(browser: Client, response: "Response") -> str:
    """The text of the page that the answer leads to; fails where any is an error."""
    while response.status_code == 302:
        response = browser.get(response.headers["Location"])
    assert response.status_code == 200
    return text_of(response)


def at_once(browser: Client, press: Callable[[Client], "Response"], times: int = 4) -> list["Response"]:
    """The answers to a button pressed so often at the same time, each sent with the cookies of before."""

    def one(_number: int) -> "Response":
        pressed = Client()
        pressed.cookies = type(browser.cookies)(browser.cookies.output(header=""))
        try:
            return press(pressed)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_the_second_press_of_a_token_that_opened_the_door_leads_in(house: House) -> None:
    house.asks(SMS)
    browser = Browser()
    form = {"csrfmiddlewaretoken": browser.form_token("/patient/")}
    browser.post("/patient/", {"code": house.code(), **BORN, **form})
    form |= {"csrfmiddlewaretoken": browser.form_token("/patient/token/"), "token": house.token()}
    first, second = browser.post("/patient/token/", form), browser.post("/patient/token/", form)
    assert first.headers["Location"] == "/patient/request/"
    assert "Anna Peeters" in led_to(browser, second)
    assert Session.objects.filter(kind=SessionKind.PATIENT).count() == 1


def test_the_second_press_of_a_code_that_asks_nothing_more_leads_in(house: House) -> None:
    house.asks(NONE)
    browser = Browser()
    form = {"code": house.code(), **BORN, "csrfmiddlewaretoken": browser.form_token("/patient/")}
    browser.post("/patient/", form)
    assert "Anna Peeters" in led_to(browser, browser.post("/patient/", form))


def test_an_old_form_is_no_second_press(house: House) -> None:
    house.asks(NONE)
    browser = Browser()
    form = {"code": house.code(), **BORN, "csrfmiddlewaretoken": browser.form_token("/patient/")}
    browser.post("/patient/", form)
    with time_machine.travel(timezone.now().timestamp() + 60):
        assert "Please send that once more" in text_of(browser.post("/patient/", form))
    assert "Please send that once more" in text_of(browser.post("/patient/request/for-someone-else/", form))


def test_whose_first_answer_was_lost_is_told_to_start_again(house: House) -> None:
    house.asks(SMS)
    browser, code = Client(), house.code()
    come_in(browser, code)
    before, token = browser.cookies["session"].value, house.token()
    type_token(browser, token)
    browser.cookies["session"] = before
    page = led_to(browser, type_token(browser, token))
    assert "a button was pressed twice. Please start again with your code" in page
    come_in(browser, code)
    type_token(browser, house.token())
    assert is_in(browser)


@pytest.mark.django_db(transaction=True)
def test_the_button_that_sends_a_token_pressed_at_once_sends_one(settings: LazySettings, tmp_path: Path) -> None:
    house, browser = house_at(settings, tmp_path), Client()
    settings.PAYMENT_URL = "local:"
    house.asks(SMS, **PRICED)
    come_in(browser, house.code())
    browser.post("/patient/payment/")
    PlayedPayment.objects.update(outcome="paid")
    browser.get("/patient/payment/return/")
    assert not house.texts()
    answers = at_once(browser, lambda pressed: pressed.post("/patient/token/send/", {"way": "sms"}))
    assert [answer.headers.get("Location") for answer in answers] == ["/patient/token/"] * 4
    assert len(house.texts()) == 1
    assert "We sent a text message to your mobile number" in text_of(browser.get("/patient/token/"))
    assert type_token(browser, house.token()).headers["Location"] == "/patient/request/"


@pytest.mark.django_db(transaction=True)
def test_the_button_that_pays_pressed_at_once_begins_one_payment(settings: LazySettings, tmp_path: Path) -> None:
    house, browser = house_at(settings, tmp_path), Client()
    settings.PAYMENT_URL = "local:"
    house.asks(SMS, **PRICED)
    come_in(browser, house.code())
    services = {
        answer.headers.get("Location") for answer in at_once(browser, lambda one: one.post("/patient/payment/"))
    }
    assert Payment.objects.count() == PlayedPayment.objects.count() == 1
    (service,) = services
    paid = at_once(browser, lambda one: one.post(str(service), {"outcome": "paid"}))
    assert {answer.headers.get("Location", "")[-24:] for answer in paid} == {"/patient/payment/return/"}
    assert "that is paid" in led_to(browser, browser.get("/patient/payment/return/"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_slip", [False, True])
def test_a_token_pressed_at_once_opens_one_visit_and_a_plain_page(
    settings: LazySettings, tmp_path: Path, has_slip: bool
) -> None:
    house, browser = house_at(settings, tmp_path), Client()
    house.asks(SMS)
    come_in(browser, house.code())
    token = issue_slip(only_code(), SYSTEM, timezone.now())[0] if has_slip else house.token()
    answers = at_once(browser, lambda pressed: type_token(pressed, token))
    assert {answer.status_code for answer in answers} == {302}, "nobody is asked for a token in a login that is over"
    assert [answer.headers["Location"] for answer in answers].count("/patient/request/") == 1
    assert Session.objects.filter(kind=SessionKind.PATIENT).count() == 1
    assert "Please start again with your code" in led_to(browser, type_token(browser, token))
