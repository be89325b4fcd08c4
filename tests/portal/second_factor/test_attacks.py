"""What somebody with a stolen letter, and with more than that, tries."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent, Challenge, Session
from studies.access_codes.services import revoke
from studies.models import AccessCode, Institution, Patient, PatientSecondFactor
from tests.architecture.test_permission_table import addresses

from .house import BORN, NONE, OTP, SMS, House, come_in, is_in, only_code, text_of, type_token, wrong

PRICED = {"price_minor": 500, "free_copy_text": "Ask at the desk."}


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


def test_a_recipient_gets_five_messages_an_hour_and_ten_a_day(house: House) -> None:
    house.asks(SMS)
    code = house.code()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(7):
            browser = Client()
            come_in(browser, code)
        assert len(house.texts()) == 5
        page = text_of(browser.get("/patient/token/"))
        assert "No more messages can be sent for now. You can try again" in page
        for _ in range(4):
            clock.shift(timedelta(hours=1, seconds=1))
            for _try in range(3):
                come_in(Client(), code)
    assert len(house.texts()) == 10


def test_the_next_message_waits_half_a_minute_in_one_login(client: Client, house: House) -> None:
    house.asks(SMS)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        come_in(client, house.code())
        assert ">30</span> seconds" in text_of(client.get("/patient/token/"))
        client.post("/patient/token/send/", {"way": "sms"})
        assert len(house.texts()) == 1
        assert "sent just now" in text_of(client.get("/patient/token/"))
        clock.shift(timedelta(seconds=31))
        client.post("/patient/token/send/", {"way": "sms"})
    assert len(house.texts()) == 2


@pytest.mark.parametrize(
    ("number", "asked"),
    [("+8801712345678", {}), ("+32470123447", {"sms_countries": "NL"}), ("not a number", {}), ("+3290", {})],
    ids=["far away", "not allowed here", "nonsense", "premium"],
)
def test_no_message_goes_where_the_institution_does_not_send(
    client: Client, house: House, number: str, asked: dict[str, object]
) -> None:
    house.asks(SMS, **asked)
    Patient.objects.update(mobile=number)
    come_in(client, house.code())
    client.post("/patient/token/send/", {"way": "sms"})
    assert not house.texts()
    assert "holds no mobile number" in text_of(client.get("/patient/token/"))


def test_an_institution_sends_no_more_than_its_daily_number(house: House) -> None:
    house.asks(SMS, sms_per_day=2)
    code = house.code()
    for _ in range(4):
        browser = Client()
        come_in(browser, code)
    assert len(house.texts()) == 2
    assert "No more messages can be sent" in text_of(browser.get("/patient/token/"))


def test_whoever_comes_in_cannot_say_where_the_token_goes(client: Client, house: House) -> None:
    house.asks(SMS)
    come_in(client, house.code())
    for way in ("mail", "+32499999999", "", "slip"):
        client.post("/patient/token/send/", {"way": way, "recipient": "+32499999999", "mobile": "+32499999999"})
    assert {message["to"] for message in house.texts()} == {"+32470123447"}


@pytest.mark.parametrize(
    "about",
    [{"birth_year": timezone.now().year - 15}, {"is_represented": True}],
    ids=["of fifteen years", "represented"],
)
def test_nothing_goes_to_a_number_that_may_be_somebody_elses(
    client: Client, house: House, about: dict[str, object]
) -> None:
    house.asks(SMS)
    Patient.objects.update(birth_month=1, birth_day=1, **about)
    code = house.code(in_person="Came to the desk with an identity card")
    year = str(Patient.objects.get().birth_year)
    assert come_in(client, code, day="1", month="1", year=year).headers["Location"] == "/patient/token/"
    assert not house.texts()


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


def test_an_inactive_institution_ends_the_login(client: Client, house: House) -> None:
    house.asks(SMS)
    come_in(client, house.code())
    Institution.objects.update(is_active=False)
    assert type_token(client, house.token()).status_code == 403
