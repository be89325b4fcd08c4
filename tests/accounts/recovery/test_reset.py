"""Lena forgot her password."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.login.remembering import remember_browser
from accounts.models import AuditAction, AuditEvent, MailLink, Recovery, RecoveryState, RememberedBrowser, Session, User
from tests.accounts.door import is_in
from tests.accounts.recovery.letters import links_to, newest, told
from tests.factories import UserFactory
from tests.factories.accounts import PASSWORD, app_of, log_in, totp_of

pytestmark = pytest.mark.django_db
LINK = "/reset/link/"
NEW = "copper lantern by the ferry"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-18T12:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def lena() -> User:
    user: User = UserFactory(username="lena@example.org")
    app_of(user)
    return user


def ask(client: Client, address: str = "lena@example.org") -> int:
    return client.post("/reset/", {"mail": address}).status_code


def choose(client: Client, password: str = NEW, again: str = "") -> object:
    return client.post("/reset/password/", {"password": password, "again": again or password})


def open_link(client: Client) -> None:
    answer = client.get(newest(LINK))
    assert answer["Location"] == "/reset/password/"
    assert answer["Referrer-Policy"] == "no-referrer"


def test_she_chooses_another_one_and_logs_in_with_her_second_factor(client: Client, lena: User) -> None:
    assert ask(client, "Lena@Example.org") == 302
    assert "lena@example.org" in client.get("/reset/sent/").content.decode()
    open_link(client)
    assert "lena@example.org" in client.get("/reset/password/").content.decode()
    assert choose(client)["Location"] == "/reset/done/"  # type: ignore[index]
    assert is_in(client) is None
    answer = client.post("/login/", {"username": lena.username, "password": NEW})
    assert answer["Location"] == "/login/second-factor/"
    client.post("/login/second-factor/", {"token": totp_of(lena)})
    assert is_in(client) == lena.uuid
    assert "Your password was changed" in told("lena@example.org")


def test_every_session_and_remembered_browser_ends(client: Client, lena: User) -> None:
    elsewhere = Client()
    log_in(elsewhere, lena)
    remember_browser(lena, app_of(lena), "Firefox", SYSTEM, timezone.now())
    ask(client)
    open_link(client)
    choose(client)
    assert is_in(elsewhere) is None
    assert not Session.objects.filter(user=lena).exists()
    assert not RememberedBrowser.objects.exists()


def test_looking_at_the_link_uses_nothing_up(client: Client, lena: User) -> None:
    ask(client)
    for _ in range(3):
        scanner = Client()
        scanner.get(newest(LINK))
        scanner.get("/reset/password/")
        scanner.head("/reset/password/")
    open_link(client)
    assert choose(client).status_code == 302  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("short", "short", "too short"),
        ("passwordpassword", "passwordpassword", "common"),
        (NEW, "something else altogether", "not the same"),
    ],
)
def test_a_password_that_will_not_do_leaves_the_link_good(
    client: Client, lena: User, password: str, again: str, said: str
) -> None:
    ask(client)
    open_link(client)
    assert said in choose(client, password, again).content.decode()  # type: ignore[attr-defined]
    assert choose(client).status_code == 302  # type: ignore[attr-defined]


def test_a_used_link_says_what_to_do(client: Client, lena: User) -> None:
    ask(client)
    open_link(client)
    choose(client)
    open_link(client)
    page = client.get("/reset/password/")
    assert page.status_code == 404
    assert "This link no longer works" in page.content.decode()
    assert choose(client, "another one by the harbour").status_code == 404  # type: ignore[attr-defined]
    lena.refresh_from_db()
    assert lena.check_password(NEW)


def test_pressed_twice_the_second_time_says_that_it_is_done_already(client: Client, lena: User) -> None:
    ask(client)
    open_link(client)
    twice = Client()
    twice.cookies = client.cookies.copy()  # type: ignore[assignment]
    assert choose(client).status_code == 302  # type: ignore[attr-defined]
    assert "Have you changed your password already?" in choose(twice).content.decode()  # type: ignore[attr-defined]


def test_a_link_works_for_an_hour(client: Client, lena: User, noon: time_machine.Traveller) -> None:
    ask(client)
    noon.shift(timedelta(minutes=59))
    open_link(client)
    assert client.get("/reset/password/").status_code == 200
    noon.shift(MINUTE)
    assert client.get("/reset/password/").status_code == 404


def test_the_newest_link_alone_works(client: Client, lena: User, noon: time_machine.Traveller) -> None:
    ask(client)
    older = newest(LINK)
    noon.shift(2 * MINUTE)
    ask(client)
    client.get(older)
    assert client.get("/reset/password/").status_code == 404
    open_link(client)
    assert client.get("/reset/password/").status_code == 200


def test_a_double_click_sends_one_mail(client: Client, lena: User) -> None:
    assert [ask(client), ask(client)] == [302, 302]
    assert len(mail.outbox) == 1


def test_an_account_that_was_closed_meanwhile(client: Client, lena: User) -> None:
    ask(client)
    open_link(client)
    User.objects.update(is_active=False)
    page = client.get("/reset/password/")
    assert page.status_code == 404
    assert "This account is closed" in page.content.decode()
    assert choose(client).status_code == 404  # type: ignore[attr-defined]
    lena.refresh_from_db()
    assert lena.check_password(PASSWORD)


def test_a_closed_account_reads_so_in_the_mail_and_gets_no_link(client: Client, lena: User) -> None:
    User.objects.update(is_active=False)
    ask(client)
    assert "is closed" in str(mail.outbox[0].body)
    assert links_to(LINK) == []


def test_whoever_has_no_account_reads_so_in_the_mail(client: Client) -> None:
    ask(client, "nobody@example.org")
    assert mail.outbox[0].to == ["nobody@example.org"]
    assert "There is no account with this address" in str(mail.outbox[0].body)


def test_the_mail_speaks_her_language(client: Client, lena: User) -> None:
    User.objects.update(language="nl")
    client.post("/reset/", {"mail": lena.username}, headers={"accept-language": "fr"})
    subject = mail.outbox[0].subject
    client.post("/reset/", {"mail": "nobody@example.org"}, headers={"accept-language": "nl"})
    assert mail.outbox[1].subject == subject


def test_a_recovery_that_was_begun_with_the_old_password_is_stopped(client: Client, lena: User) -> None:
    recovery = Recovery.objects.create(user=lena, asked_at=timezone.now())
    ask(client)
    open_link(client)
    choose(client)
    recovery.refresh_from_db()
    assert recovery.state == RecoveryState.STOPPED


def test_the_log_says_what_happened(client: Client, lena: User) -> None:
    ask(client)
    open_link(client)
    choose(client)
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert actions == [AuditAction.RESET_ASKED, AuditAction.PASSWORD_CHANGED]
    assert {row.details["user"] for row in AuditEvent.objects.all()} == {str(lena.uuid)}
    assert all(NEW not in str(row.details) for row in AuditEvent.objects.all())


def test_links_keep_no_token(client: Client, lena: User) -> None:
    ask(client)
    token = newest(LINK).removeprefix(LINK).strip("/")
    assert token not in str(MailLink.objects.values().get())
