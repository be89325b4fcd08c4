"""A second factor once more, before what matters."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import AuditAction, AuditEvent, Session, User
from accounts.second_factor.factors import factors_of
from tests.factories import PhysicianFactory, UserFactory, totp_of
from tests.factories.accounts import app_of, log_in, phone_of
from tests.factories.passkeys import Authenticator

from .door import options_of, passkey_of, type_password

pytestmark = pytest.mark.django_db

ADD = "/account/devices/add/app/"
AGAIN = "/login/again/"


@pytest.fixture
def lena(client: Client) -> User:
    """Logged in for a quarter of an hour."""
    user: User = UserFactory(username="lena@example.org")
    with time_machine.travel(timezone.now() - timedelta(minutes=15)):
        log_in(client, user)
    return user


def test_a_login_is_fresh_for_ten_minutes(client: Client) -> None:
    now, user = timezone.now(), UserFactory()
    with time_machine.travel(now, tick=False):
        log_in(client, user)
    with time_machine.travel(now + timedelta(minutes=10) - timedelta(seconds=1), tick=False):
        assert client.get(ADD).status_code == 200
    with time_machine.travel(now + timedelta(minutes=10), tick=False):
        assert client.get(ADD)["Location"] == f"{AGAIN}?next=%2Faccount%2Fdevices%2Fadd%2Fapp%2F"


def test_a_token_leads_back_and_holds(client: Client, lena: User) -> None:
    session = Session.objects.get().uuid
    client.get(client.get(ADD)["Location"])
    assert client.post(AGAIN, {"token": totp_of(lena)})["Location"] == ADD
    assert client.get(ADD).status_code == 200
    assert Session.objects.get().uuid == session
    assert AuditEvent.objects.get(action=AuditAction.FACTOR_ASKED_AGAIN).actor == lena.uuid


def test_what_was_posted_is_asked_again_and_not_done(client: Client, lena: User) -> None:
    phone_of(lena)
    address = f"/account/devices/{factors_of(lena)[-1].handle}/remove/"
    client.get(client.post(address)["Location"])
    assert len(factors_of(lena)) == 2
    assert client.post(AGAIN, {"token": totp_of(lena)})["Location"] == address


def test_a_wrong_token_is_none_and_guessing_has_an_end(client: Client, lena: User) -> None:
    pages = [client.post(AGAIN, {"token": "000000"}).content.decode() for _ in range(6)]
    assert "This token is not right" in pages[0]
    assert "too many tries" in pages[5]
    assert client.get(ADD).status_code == 302


@pytest.mark.parametrize("evil", ["//evil.example", "/\\evil.example", "javascript:alert(1)", "/x\r\nSet-Cookie: a=b"])
def test_it_leads_nowhere_else(client: Client, lena: User, evil: str) -> None:
    client.get(AGAIN, {"next": evil})
    assert client.post(AGAIN, {"token": totp_of(lena)})["Location"] == "/studies/"


def test_a_passkey_asked_for_a_login_is_not_one_asked_again(client: Client, lena: User) -> None:
    key = Authenticator()
    passkey_of(lena, key)
    elsewhere = Client()
    type_password(elsewhere, lena)
    answer = key.get(options_of(elsewhere, "/login/second-factor/passkey/"))
    form = {"way": "passkey", "credential": answer}
    options = options_of(client, "/login/again/passkey/")
    assert client.post(f"{AGAIN}?way=passkey", form).status_code == 200
    assert client.get(ADD).status_code == 302
    options = options_of(client, "/login/again/passkey/")
    assert client.post(f"{AGAIN}?way=passkey", form | {"credential": key.get(options)}).status_code == 302
    assert client.get(ADD).status_code == 200


def test_half_a_login_is_no_session_to_be_asked_in(client: Client) -> None:
    user = UserFactory()
    app_of(user)
    type_password(client, user)
    assert client.get(AGAIN)["Location"].startswith("/login/")
    assert client.post(AGAIN, {"token": totp_of(user)})["Location"].startswith("/login/")


def test_a_stronger_factor_makes_up_for_a_login_by_sms(client: Client) -> None:
    user = UserFactory()
    phone = phone_of(user)
    log_in(client, user, phone)
    client.get(AGAIN)
    client.post(AGAIN, {"token": totp_of(user)})
    phone.delete()
    assert client.get("/account/devices/").status_code == 200


def test_who_came_by_sms_is_told_what_that_does_not_open(client: Client) -> None:
    user = PhysicianFactory().user
    log_in(client, user, phone_of(user))
    assert "Some hospitals show nothing then." in client.get("/studies/").content.decode()
    log_in(client, user)
    assert "SMS" not in client.get("/studies/").content.decode()
