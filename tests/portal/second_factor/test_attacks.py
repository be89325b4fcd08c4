"""What somebody with a stolen letter, and with more than that, tries."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditAction, AuditEvent, Challenge, Session
from studies.models import AccessCode, PatientSecondFactor
from tests.architecture.test_permission_table import addresses

from .house import BORN, NONE, OTP, PRICED, SMS, House, come_in, is_in, only_code, text_of, type_token, wrong


def test_a_token_of_one_session_opens_nothing_in_another(house: House) -> None:
    house.asks(SMS)
    code = house.code()
    owner, thief = Client(), Client()
    come_in(thief, code)
    thiefs = house.token()
    come_in(owner, code)
    assert "no token" not in text_of(type_token(thief, house.token())).lower()
    assert not is_in(thief)
    type_token(owner, wrong(house.token()) if thiefs == house.token() else thiefs)
    assert not is_in(owner)
    type_token(owner, house.token())
    assert is_in(owner)
    assert not is_in(thief)


@pytest.mark.parametrize("state", [{"price_minor": 0}, PRICED], ids=["token due", "payment due"])
def test_no_address_leads_past_a_step(house: House, state: dict[str, object]) -> None:
    house.asks(SMS, **state)
    browser = Client()
    come_in(browser, house.code())
    study = str(house.anna.studies.get().uuid)
    known = {"study": study, "instance": study, "frame": 1, "name": "preview", "app_label": "studies", "url": "x"}
    for name, pattern in addresses():
        if name in ("accounts:logout", "portal:token_not_mine"):
            continue  # the one ends the login, the other writes to the desk
        address = reverse(name, kwargs={key: known.get(key, study) for key in pattern.pattern.regex.groupindex})
        for answer in (browser.get(address), browser.post(address, {"token": "000000", "way": "slip"})):
            assert "Peeters" not in getattr(answer, "content", b"").decode(errors="replace"), name
            assert answer.headers.get("Location") != "/patient/request/", name
        assert not is_in(browser), name


def test_nothing_that_was_there_before_a_step_opens_anything_after_it(house: House) -> None:
    house.asks(SMS)
    browser = Client()
    browser.cookies["session"] = "planted"
    cookies = []
    come_in(browser, house.code())
    cookies.append(browser.cookies["session"].value)
    type_token(browser, house.token())
    cookies.append(browser.cookies["session"].value)
    assert len({"planted", *cookies}) == 3
    for old in ("planted", cookies[0]):
        stranger = Client()
        stranger.cookies["session"] = old
        assert not is_in(stranger)
        assert stranger.get("/patient/token/").headers["Location"] == "/patient/"


def test_a_token_works_once_also_after_logging_out(house: House) -> None:
    house.asks(SMS)
    code, browser = house.code(), Client()
    come_in(browser, code)
    used, half_finished = house.token(), browser.cookies["session"].value
    type_token(browser, used)
    browser.post("/logout/")
    browser.cookies["session"] = half_finished
    assert type_token(browser, used).headers["Location"] == "/patient/"
    come_in(browser, code)
    if house.token() != used:
        type_token(browser, used)
    assert not is_in(browser)


def test_a_refused_stranger_learns_nothing_of_the_steps(house: House) -> None:
    code = house.code()
    told = []
    for factor, price in [(NONE, 0), (SMS, 0), (OTP, 500)]:
        house.asks(factor)
        AccessCode.objects.update(price_minor=price)
        answer = come_in(Client(), code, **(BORN | {"day": "15"}))
        told.append((answer.status_code, _words(answer)))
    assert len(set(told)) == 1
    assert not house.texts()


def _words(answer: object) -> str:
    page = text_of(answer)  # type: ignore[arg-type]
    return re.sub(r'[A-Z]\d-\d\d|(name="csrfmiddlewaretoken" value|nonce)="[^"]*"|You can try again[^<]*', "", page)


def test_fifty_wrong_tokens_in_a_codes_life_lead_to_the_desk(house: House) -> None:
    house.asks(SMS)
    code = house.code()
    looked_at = 0
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _login in range(12):
            browser = Client()
            come_in(browser, code)
            for _try in range(6):
                type_token(browser, wrong(house.token()))
            looked_at += 5
            clock.shift(timedelta(hours=3))
        browser = Client()
        come_in(browser, code)
        page = text_of(type_token(browser, house.token()))
    assert only_code().token_failures == 50
    assert "Only the desk" in page
    assert not is_in(browser)
    refused = AuditEvent.objects.filter(action=AuditAction.TOKEN_REFUSED, details__reason__in=["wrong", "last_wrong"])
    assert refused.count() == 50 < looked_at


def test_neither_tokens_nor_numbers_are_kept_or_logged(
    client: Client, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    house.asks(SMS)
    come_in(client, house.code())
    type_token(client, wrong(house.token()))
    type_token(client, house.token())
    kept: list[Callable[[], object]] = [
        lambda: list(Challenge.objects.values()),
        lambda: list(AuditEvent.objects.values()),
        lambda: list(Session.objects.values()),
    ]
    written = " ".join(str(each()) for each in kept) + caplog.text
    for word in (house.token(), "+32470123447", "470123447"):
        assert word not in written


def test_the_fallback_counts_for_the_second_factor_that_is_asked() -> None:
    assert {factor.value for factor in PatientSecondFactor} == {"none", "otp", "sms"}, "a new one needs its strength"
