"""What an account's owner sees of logins, and is told of."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.audit.actor import SYSTEM
from accounts.browsers.words import browser_words
from accounts.login.sign_ins import KEPT, forget_older, sign_ins_of
from accounts.login.warning import warn_of_failures
from accounts.models import AuditAction, AuditEvent, Session, SignIn, User
from accounts.places.countries import country_of
from accounts.registration.services import set_password
from tests.factories import UserFactory, totp_of
from tests.factories.accounts import app_of, log_in

from .door import SECOND, is_in, type_password

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:120.0) Gecko/20100101 Firefox/120.0"
BELGIAN = "193.190.1.1"
DAY = timedelta(days=1)


@pytest.fixture
def lena() -> User:
    user: User = UserFactory(username="lena@example.org")
    app_of(user)
    return user


def log_in_by_token(client: Client, user: User) -> None:
    token = totp_of(user)
    type_password(client, user)
    assert client.post(SECOND, {"token": token}).status_code == 302


def test_a_sign_in_says_when_where_and_with_what(lena: User) -> None:
    client = Client(REMOTE_ADDR=BELGIAN, HTTP_USER_AGENT=FIREFOX)
    log_in_by_token(client, lena)
    [row] = sign_ins_of(lena)
    assert (row.succeeded, row.factor, row.country, row.address) == (True, "totp", "BE", BELGIAN)
    page = client.get("/account/sessions/").content.decode()
    assert "Firefox on Windows, Belgium" in page
    assert 'href="https://db-ip.com"' in page


def test_the_right_password_without_a_second_factor_is_one_row_however_often(client: Client, lena: User) -> None:
    for _ in range(5):
        type_password(client, lena)
    [row] = sign_ins_of(lena)
    assert (row.succeeded, row.factor) == (False, "none")
    log_in(client, lena)
    assert "but not the second step" in client.get("/account/sessions/").content.decode()


def test_the_last_hundred_are_kept(lena: User) -> None:
    then = timezone.now() - DAY
    SignIn.objects.bulk_create(SignIn(user=lena, at=then + timedelta(seconds=n), succeeded=True) for n in range(KEPT))
    log_in_by_token(Client(), lena)
    rows = sign_ins_of(lena)
    assert forget_older(timezone.now()) == 1
    assert SignIn.objects.count() == len(rows) == KEPT
    assert rows[-1].at == then + timedelta(seconds=1)
    assert rows[0].factor == "totp"


def test_a_new_browser_is_told_and_a_known_one_is_not(client: Client, lena: User) -> None:
    log_in_by_token(client, lena)
    assert not mail.outbox  # the very first login
    client.post("/logout/")
    log_in_by_token(client, lena)
    assert not mail.outbox
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        log_in_by_token(Client(REMOTE_ADDR=BELGIAN, HTTP_USER_AGENT=FIREFOX), lena)
    [letter] = mail.outbox
    assert letter.to == ["lena@example.org"]
    assert "Firefox on Windows" in letter.body
    assert "Belgium" in letter.body


def test_two_accounts_in_one_browser_are_both_known(client: Client, lena: User) -> None:
    emma: User = UserFactory()
    for user in (lena, emma):
        log_in_by_token(client, user)
        client.post("/logout/")
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        for user in (lena, emma):
            log_in_by_token(client, user)
            client.post("/logout/")
    assert not mail.outbox


def test_failures_are_told_once_a_day(client: Client, lena: User) -> None:
    UserFactory(username="closed@example.org", is_active=False)
    for username in ("lena@example.org", "closed@example.org", "nobody@example.org"):
        for _ in range(5):
            client.post("/login/", {"username": username, "password": "wrong horse battery"})
    now = timezone.now()
    assert warn_of_failures(now) == 1
    [letter] = mail.outbox
    assert letter.to == ["lena@example.org"]
    assert "5 failed tries" in letter.body
    assert "right password" not in letter.body
    assert warn_of_failures(now + timedelta(hours=1)) == 0
    assert warn_of_failures(now + DAY) == 0


def test_whoever_has_the_password_is_told_of_in_plain_words(client: Client, lena: User) -> None:
    type_password(client, lena)
    for _ in range(5):
        client.post(SECOND, {"token": "000000"})
    assert warn_of_failures(timezone.now()) == 1
    assert "Some of them had the right password." in mail.outbox[0].body


def test_sessions_can_be_ended_one_by_one_and_all_but_this(client: Client, lena: User) -> None:
    others = [Client(), Client(), Client()]
    for browser in (*others, client):
        log_in(browser, lena)
    mallory = Client()
    log_in(mallory, UserFactory())
    for session in Session.objects.filter(user=lena):
        mallory.post("/account/sessions/end/", {"session": session.uuid})
    assert all(browser.get("/account/sessions/").status_code == 200 for browser in others)
    first = re.findall(r'name="session" value="([0-9a-f-]{36})"', client.get("/account/sessions/").content.decode())
    assert len(first) == 3
    client.post("/account/sessions/end/", {"session": first[0]})
    assert Session.objects.filter(user=lena).count() == 3
    client.post("/account/sessions/end/", {"session": "not a session"})
    client.post("/account/sessions/end/")
    assert is_in(client) == lena.uuid
    assert Session.objects.filter(user=lena).count() == 1
    assert mallory.get("/account/sessions/").status_code == 200
    ended = AuditEvent.objects.filter(action=AuditAction.SIGNED_IN_ELSEWHERE_ENDED).order_by("pk")
    assert [row.details["sessions"] for row in ended] == [1, 2]


def test_another_password_ends_every_session(client: Client, lena: User) -> None:
    log_in(client, lena)
    set_password(lena, "violin under seven trees", SYSTEM, timezone.now())
    assert client.get("/account/sessions/").status_code == 302


@pytest.mark.parametrize(
    ("address", "country"),
    [(BELGIAN, "BE"), ("145.53.10.20", "NL"), ("2001:6a8::1", "BE"), ("127.0.0.1", ""), ("10.1.2.3", ""), (None, "")],
)
def test_the_country_of_an_address(address: str | None, country: str) -> None:
    assert country_of(address) == country


def test_without_the_table_no_country_is_known(settings: Settings, tmp_path: object) -> None:
    settings.COUNTRY_DATABASE = f"{tmp_path}/none.mmdb"
    assert country_of(BELGIAN) == ""


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/17.1 Mobile/15E148 Safari/604.1",
            "Safari on iOS",
        ),
        ("", "An unknown browser"),
        ("curl/8", "curl"),
    ],
)
def test_a_browser_by_name(user_agent: str, words: str) -> None:
    assert browser_words(user_agent) == words
