"""A physician logs in with password and second factor, and out again."""

from datetime import timedelta

import pytest
import time_machine
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils import timezone

from accounts.models import AuditAction, AuditEvent, Session, SessionKind, User
from tests.factories import UserFactory, totp_of
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena() -> User:
    user = UserFactory(username="lena@example.org")
    totp_of(user)
    return user


def type_password(
    client: Client, username: str = "lena@example.org", password: str = PASSWORD, next_path: str = ""
) -> HttpResponseBase:
    answer: HttpResponseBase = client.post("/login/", {"username": username, "password": password, "next": next_path})
    return answer


def test_password_then_token_leads_to_the_overview(client: Client, lena: User) -> None:
    assert type_password(client)["Location"] == "/login/second-factor/"
    answer = client.post("/login/second-factor/", {"token": totp_of(lena)})
    assert answer["Location"] == "/studies/"
    session = Session.objects.get()
    assert (session.kind, session.user) == (SessionKind.ACCOUNT, lena)
    row = AuditEvent.objects.get(action=AuditAction.LOGGED_IN)
    assert (row.actor, row.session, row.address) == (lena.uuid, session.uuid, "127.0.0.1")


def test_the_mail_address_may_be_typed_in_any_case(client: Client, lena: User) -> None:
    assert type_password(client, " Lena@Example.ORG ").status_code == 302


def test_the_token_may_be_typed_with_a_space(client: Client, lena: User) -> None:
    type_password(client)
    token = totp_of(lena)
    assert client.post("/login/second-factor/", {"token": f" {token[:3]} {token[3:]}"}).status_code == 302


def test_the_login_leads_to_the_page_that_was_asked_for(client: Client, lena: User) -> None:
    assert b'value="/studies/?page=2"' in client.get("/login/?next=/studies/%3Fpage%3D2").content
    type_password(client, next_path="/studies/?page=2")
    answer = client.post("/login/second-factor/", {"token": totp_of(lena)})
    assert answer["Location"] == "/studies/?page=2"


def test_a_wrong_token_can_be_corrected(client: Client, lena: User) -> None:
    type_password(client)
    wrong = client.post("/login/second-factor/", {"token": f"{(int(totp_of(lena)) + 1) % 10**6:06}"})
    assert "This token is not right" in wrong.content.decode()
    assert client.post("/login/second-factor/", {"token": totp_of(lena)}).status_code == 302


def test_what_is_no_token_is_said_beside_the_field_and_counts_for_nothing(client: Client, lena: User) -> None:
    type_password(client)
    for _ in range(10):
        assert "A token has six digits." in client.post("/login/second-factor/", {"token": "12345"}).content.decode()
    assert client.post("/login/second-factor/", {"token": totp_of(lena)}).status_code == 302


def test_without_a_second_factor_nobody_gets_in_before_one_is_set_up(client: Client) -> None:
    UserFactory(username="new@example.org")
    type_password(client, "new@example.org")
    assert client.get("/login/second-factor/")["Location"] == "/login/set-up/"
    client.post("/login/second-factor/", {"token": "000000"})
    assert "Authenticator app" in client.get("/login/set-up/").content.decode()
    assert not Session.objects.filter(kind=SessionKind.ACCOUNT).exists()


def test_five_minutes_after_the_password_the_login_starts_again(client: Client, lena: User) -> None:
    began = timezone.now()
    with time_machine.travel(began, tick=False):
        type_password(client)
    with time_machine.travel(began + timedelta(minutes=5), tick=False):
        answer = client.post("/login/second-factor/", {"token": totp_of(lena)})
        assert answer["Location"] == "/login/"
        assert "That took too long." in client.get("/login/").content.decode()
        assert "That took too long." not in client.get("/login/").content.decode()
    assert not Session.objects.filter(kind=SessionKind.ACCOUNT).exists()


def test_logging_out_ends_the_session_on_the_server(client: Client, lena: User) -> None:
    type_password(client)
    client.post("/login/second-factor/", {"token": totp_of(lena)})
    answer = client.post("/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.exists()
    assert client.cookies["session"].value == ""
    assert "You are logged out." in client.get(answer["Location"]).content.decode()
    assert AuditEvent.objects.get(action=AuditAction.LOGGED_OUT).actor == lena.uuid


def test_whoever_is_logged_in_is_not_asked_again(client: Client, lena: User) -> None:
    type_password(client)
    client.post("/login/second-factor/", {"token": totp_of(lena)})
    assert client.get("/login/?next=/groups/")["Location"] == "/groups/"
