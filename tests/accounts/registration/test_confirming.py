"""From the mail's link to the service desk."""

from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import AuditAction, AuditEvent, Physician, Registration, RegistrationState, User
from accounts.registration.services import open_account
from tests.accounts.registration.applicants import (
    MAIL,
    NOON,
    PASSWORD,
    PHONE,
    VISITOR,
    confirms_mail,
    link_in,
    texts,
    token_in,
    typed,
)
from tests.factories.accounts import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(settings: Any, tmp_path: Path) -> Path:
    """The folder in which text messages lie."""
    settings.SMS_URL = f"file://{tmp_path}"
    return tmp_path


def wrong(token: str) -> str:
    return f"{(int(token) + 1) % 1_000_000:06d}"


def test_the_link_leads_to_a_password_and_opens_nothing_by_itself(client: Client) -> None:
    client.post("/register/", typed())
    link = link_in(mail.outbox[0])

    for _ in range(2):
        opened = client.get(link)
        assert (opened.status_code, opened.headers["Location"]) == (303, "/register/password/")
        assert opened.headers["Referrer-Policy"] == "no-referrer"
    page = client.get("/register/password/")
    assert "no-store" in page.headers["Cache-Control"]
    for said in (MAIL, "Dr Lena Dubois", "11234578004", "At least 12 characters."):
        assert said in page.content.decode()
    assert not User.objects.exists()


def test_a_password_opens_the_account_with_a_physician_who_is_not_verified(client: Client, phone: Path) -> None:
    answer = confirms_mail(client)

    assert answer.headers["Location"] == "/register/phone/"
    user = User.objects.get()
    assert (user.username, user.first_name, user.phone, user.language) == (MAIL, "Lena", PHONE, "en")
    assert user.check_password(PASSWORD)
    assert user.mail_confirmed_at is not None
    assert user.phone_confirmed_at is None
    physician = Physician.objects.get()
    assert (physician.user, str(physician.country), physician.verified_at) == (user, "BE", None)
    assert not physician.identifiers.exists()
    assert Registration.objects.get().state == RegistrationState.PHONE
    [row] = AuditEvent.objects.filter(action=AuditAction.REGISTRATION_CONFIRMED)
    assert row.details["contact"] == "mail"


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("short", "short", "This password is too short."),
        ("lena.dubois@praktijk", "lena.dubois@praktijk", "too similar to the"),
        ("password1234", "password1234", "This password is too common."),
        (PASSWORD, "copper lantern", "The two are not the same."),
    ],
)
def test_a_weak_or_mistyped_password_opens_nothing_and_the_link_stays_good(
    client: Client, phone: Path, password: str, again: str, sentence: str
) -> None:
    client.post("/register/", typed())
    client.get(link_in(mail.outbox[0]))

    answer = client.post("/register/password/", {"password": password, "again": again})

    assert sentence in answer.content.decode()
    assert not User.objects.exists()
    client.post("/register/password/", {"password": PASSWORD, "again": PASSWORD})
    assert User.objects.exists()


def test_a_link_works_once(client: Client, phone: Path) -> None:
    confirms_mail(client)
    link = link_in(mail.outbox[0])

    other = Client()
    other.get(link)
    assert other.get("/register/password/").status_code == 404
    assert other.post("/register/password/", {"password": "another lantern by the sea"}).status_code == 404
    assert User.objects.get().check_password(PASSWORD)


def test_of_two_applications_the_other_one_leads_nowhere(client: Client, phone: Path) -> None:
    client.post("/register/", typed(first_name="Eve"))
    confirms_mail(client)

    assert Registration.objects.get().first_name == "Lena"
    client.get(link_in(mail.outbox[0]))
    assert client.get("/register/password/").status_code == 404


def test_an_account_that_was_opened_meanwhile_is_not_touched(client: Client, phone: Path) -> None:
    client.post("/register/", typed())
    client.get(link_in(mail.outbox[0]))
    open_account(
        username=MAIL, password="the first lantern by the ferry", first_name="L", last_name="D", actor=VISITOR, at=NOON
    )

    assert client.post("/register/password/", {"password": PASSWORD, "again": PASSWORD}).status_code == 404
    assert User.objects.get().check_password("the first lantern by the ferry")


def test_the_token_of_the_phone_hands_the_registration_to_the_service_desk(client: Client, phone: Path) -> None:
    confirms_mail(client)
    [message] = texts(phone)
    assert message["to"] == PHONE
    assert "+32 470 12 34 47" in client.get("/register/phone/").content.decode()

    refused = client.post("/register/phone/", {"token": wrong(token_in(phone))})
    assert "This token is not right." in refused.content.decode()
    token = token_in(phone)
    answer = client.post("/register/phone/", {"token": f"{token[:3]} {token[3:]}"}, follow=True)

    page = answer.content.decode()
    assert "Waiting for the service desk" in page
    assert "2 working days at most" in page
    registration = Registration.objects.get()
    assert registration.state == RegistrationState.WAITING
    assert registration.phone_confirmed_at is not None
    assert User.objects.get().phone_confirmed_at == registration.phone_confirmed_at
    assert client.get("/register/phone/").headers["Location"] == "/register/status/"


def test_another_message_is_sent_after_a_wait_that_is_shown(client: Client, phone: Path) -> None:
    confirms_mail(client)
    page = client.post("/register/phone/again/", follow=True).content.decode()

    assert "The last message was sent just now." in page
    assert "data-seconds" in page
    assert len(texts(phone)) == 1


def test_a_wrong_number_is_corrected_and_what_went_to_the_old_one_confirms_nothing(client: Client, phone: Path) -> None:
    confirms_mail(client)
    old = token_in(phone)

    bad = client.post("/register/phone/number/", {"phone": "02 555 01 00"})
    assert "please give a mobile number" in bad.content.decode()
    client.post("/register/phone/number/", {"phone": "0470 99 88 77"})

    assert Registration.objects.get().phone == User.objects.get().phone == "+32470998877"
    client.post("/register/phone/", {"token": old})
    assert Registration.objects.get().state == RegistrationState.PHONE


def test_where_it_stands_is_shown_to_the_applicant_alone(client: Client, phone: Path) -> None:
    confirms_mail(client)

    assert "Your mobile number is not confirmed yet" in client.get("/register/status/").content.decode()
    assert Client().get("/register/status/").headers["Location"] == "/login/?next=/register/status/"


def test_an_applicant_who_logs_in_goes_on_where_it_stood(client: Client, phone: Path) -> None:
    confirms_mail(client)
    later = Client()
    log_in(later, User.objects.get())

    assert "Your mobile number is not confirmed yet" in later.get("/studies/").content.decode()
    assert "Send me the text message" in later.get("/register/phone/").content.decode()
    assert later.get("/register/").headers["Location"] == "/register/status/"


def test_a_closed_account_s_registration_goes_no_further(client: Client, phone: Path) -> None:
    confirms_mail(client)
    User.objects.update(is_active=False)

    client.post("/register/phone/", {"token": token_in(phone)})

    assert Registration.objects.get().state == RegistrationState.PHONE
