"""What a patient does, step by step, for each thing that an institution may ask."""

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent, Challenge
from studies.access_codes.slips import issue_slip
from studies.models import AccessCode, CodeChannel, DeskMessage, Institution, Patient, Study

from .house import (
    ADDRESS,
    NONE,
    NUMBER,
    OTP,
    SMS,
    House,
    come_in,
    is_in,
    only_code,
    text_of,
    type_token,
    wrong,
)


def test_nothing_more_is_asked(client: Client, house: House) -> None:
    assert come_in(client, house.code()).headers["Location"] == "/patient/request/"
    assert is_in(client)
    assert not Challenge.objects.exists()


def test_a_text_message_opens_the_door(client: Client, house: House) -> None:
    house.asks(SMS)
    assert come_in(client, house.code()).headers["Location"] == "/patient/token/"
    assert not is_in(client)
    page = text_of(client.get("/patient/token/"))
    assert "••• 47" in page
    assert NUMBER not in page
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    [message] = house.texts()
    assert message["to"] == NUMBER
    assert message["text"].splitlines()[-1] == f"@localhost #{house.token()}"
    assert type_token(client, f" {house.token()[:3]} {house.token()[3:]} ").headers["Location"] == "/patient/request/"
    assert is_in(client)
    came_in = AuditEvent.objects.get(action=AuditAction.PATIENT_ENTERED)
    assert (came_in.actor, came_in.details["second_factor"]) == (only_code().uuid, "sms")


def test_a_mail_opens_the_door(client: Client, house: House) -> None:
    house.asks(OTP)
    come_in(client, house.code())
    page = text_of(client.get("/patient/token/"))
    assert "a•••@m•••.example" in page
    assert ADDRESS not in page
    assert mail.outbox[-1].to == [ADDRESS]
    assert not house.texts()
    type_token(client, house.mailed())
    assert is_in(client)


def test_a_slip_opens_the_door_five_times(house: House) -> None:
    house.asks(OTP, otp_by_mail=False)
    code = house.code()
    passwords = issue_slip(only_code(), SYSTEM, timezone.now())
    assert len(set(passwords)) == 5
    for password in passwords:
        browser = Client()
        come_in(browser, code)
        assert "slip that the desk gave you" in text_of(browser.get("/patient/token/"))
        assert not is_in(browser)
        type_token(browser, f"{password[:4]} {password[4:]}")
        assert is_in(browser)
    browser = Client()
    come_in(browser, code)
    assert "password is not right, or was used already" not in text_of(browser.get("/patient/token/"))
    type_token(browser, passwords[0])
    assert not is_in(browser)


def test_a_slip_is_typed_where_the_token_is(client: Client, house: House) -> None:
    house.asks(SMS)
    come_in(client, house.code())
    password = issue_slip(only_code(), SYSTEM, timezone.now())[3]
    type_token(client, password)
    assert is_in(client)


def test_payment_comes_first_and_then_a_button_sends_the_token(client: Client, house: House) -> None:
    house.asks(SMS, price_minor=500, free_copy_text="Ask at the desk.")
    assert come_in(client, house.code()).headers["Location"] == "/patient/payment/"
    assert client.get("/patient/token/").headers["Location"] == "/patient/payment/"
    assert client.post("/patient/token/send/", {"way": "sms"}).headers["Location"] == "/patient/payment/"
    assert not house.texts()
    AccessCode.objects.update(settled_at=timezone.now())
    page = text_of(client.get("/patient/token/"))
    assert "Send me the text message" in page
    assert 'name="token"' not in page
    assert not house.texts(), "asking for the page sends nothing"
    assert client.post("/patient/token/send/", {"way": "sms"}).headers["Location"] == "/patient/token/"
    type_token(client, house.token())
    assert is_in(client)


def test_after_a_payment_alone_the_door_opens(client: Client, house: House) -> None:
    house.asks(NONE, price_minor=500, free_copy_text="Ask at the desk.")
    come_in(client, house.code())
    assert not is_in(client)
    AccessCode.objects.update(settled_at=timezone.now())
    assert client.get("/patient/payment/").headers["Location"] == "/patient/request/"
    assert is_in(client)


@pytest.mark.parametrize("asks", [{"price_minor": 500, "free_copy_text": "Ask."}, {}])
def test_nobody_pays_or_types_a_token_for_what_cannot_be_seen_yet(
    client: Client, house: House, asks: dict[str, object]
) -> None:
    house.asks(SMS, **asks)
    code = house.code()
    Study.objects.update(arrived_at=None)
    page = text_of(come_in(client, code))
    assert "Not here yet" in page
    assert "have not arrived" in page
    assert not house.texts()
    assert not is_in(client)
    Study.objects.update(arrived_at=timezone.now())
    assert come_in(client, code).status_code == 302


def test_what_is_shown_later_is_said_before_anybody_pays(client: Client, house: House) -> None:
    house.asks(NONE, price_minor=500, free_copy_text="Ask at the desk.")
    code = house.code(images=False)
    page = text_of(come_in(client, code))
    assert "Not here yet" in page


def test_another_way_may_be_chosen(client: Client, house: House) -> None:
    house.asks(SMS, mail_when_sms_fails=True)
    come_in(client, house.code())
    assert "Send a mail to a•••@m•••.example" in text_of(client.get("/patient/token/"))
    client.post("/patient/token/send/", {"way": "mail"})
    assert "We sent a mail to" in text_of(client.get("/patient/token/"))
    by_sms = house.token()
    if by_sms != house.mailed():
        assert "not right" in text_of(type_token(client, by_sms)), "only the newest one counts"
    type_token(client, house.mailed())
    assert is_in(client)


def test_another_way_may_be_chosen_before_paying(client: Client, house: House) -> None:
    house.asks(SMS, mail_when_sms_fails=True, price_minor=500, free_copy_text="Ask at the desk.")
    come_in(client, house.code())
    assert client.post("/patient/token/way/", {"way": "mail"}).headers["Location"] == "/patient/payment/"
    assert not mail.outbox
    AccessCode.objects.update(settled_at=timezone.now())
    assert "Send me the mail" in text_of(client.get("/patient/token/"))


def test_that_is_not_my_number(client: Client, house: House) -> None:
    house.asks(SMS, price_minor=500, free_copy_text="Ask at the desk.")
    come_in(client, house.code())
    for _ in range(3):
        page = text_of(client.post("/patient/token/not-mine/"))
    assert "+32 2 555 01 00" in page
    assert "••• 47" not in page
    [message] = DeskMessage.objects.all()
    assert "not mine" in message.text
    assert message.request == house.anna


def test_without_a_number_the_page_says_whom_to_call(client: Client, house: House) -> None:
    house.asks(SMS)
    Patient.objects.update(mobile="")
    come_in(client, house.code())
    page = text_of(client.get("/patient/token/"))
    assert "holds no mobile number" in page
    assert 'href="tel:+32-2-555-01-00"' in page
    assert 'name="token"' not in page


@pytest.mark.parametrize(("sent_by", "factor"), [(CodeChannel.SMS, SMS), (CodeChannel.MAIL, OTP)])
def test_a_code_and_its_token_take_different_ways(
    client: Client, house: House, sent_by: CodeChannel, factor: object
) -> None:
    house.asks(factor)  # type: ignore[arg-type]
    come_in(client, house.code(sent_by))
    assert (len(house.texts()), len(mail.outbox)) == ((0, 1) if sent_by is CodeChannel.SMS else (1, 0))
    type_token(client, house.mailed() if mail.outbox else house.token())
    assert is_in(client)


def test_a_code_may_ask_for_more_where_the_institution_allows_it(client: Client, house: House) -> None:
    house.asks(NONE, second_factor_per_code=True)
    assert come_in(client, house.code(second_factor=SMS)).headers["Location"] == "/patient/token/"
    Institution.objects.update(second_factor_per_code=False)
    assert client.get("/patient/token/").headers["Location"] == "/patient/request/"
    assert is_in(client)


def test_wrong_tokens_are_said_and_the_right_one_is_never_delayed(client: Client, house: House) -> None:
    house.asks(SMS)
    come_in(client, house.code())
    for _ in range(4):
        assert "This token is not right" in text_of(type_token(client, wrong(house.token())))
    type_token(client, house.token())
    assert is_in(client)


def test_after_five_wrong_ones_a_new_one_is_needed(client: Client, house: House) -> None:
    house.asks(SMS)
    come_in(client, house.code())
    for _ in range(5):
        page = text_of(type_token(client, wrong(house.token())))
    assert "one try too many" in page
    assert "Ask for a new one" in text_of(type_token(client, house.token()))
    assert not is_in(client)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "12345x"])
def test_what_is_no_token_is_said_beside_the_field(client: Client, house: House, typed: str) -> None:
    house.asks(SMS)
    come_in(client, house.code())
    response = type_token(client, typed)
    assert response.status_code == 200
    assert "id_token_error" in text_of(response)
    assert only_code().token_failures == 0
