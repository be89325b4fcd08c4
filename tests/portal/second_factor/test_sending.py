"""Where a token goes, and how often one is sent."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from studies.models import Patient

from .house import SMS, House, come_in, text_of


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
