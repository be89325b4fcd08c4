"""What a stranger tries with the mail that changes a password, and does not get."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.links.services import make, peek
from accounts.models import AuditEvent, LinkPurpose, MailLink, Recovery, SignIn, User
from accounts.recovery.passwords import reset_password
from tests.accounts.door import is_in
from tests.accounts.recovery.letters import links_to, newest
from tests.accounts.registration.applicants import VISITOR
from tests.factories import UserFactory
from tests.factories.accounts import PASSWORD, app_of, log_in

pytestmark = pytest.mark.django_db
LINK = "/reset/link/"
NEW = "copper lantern by the ferry"
STRANGERS = ["nobody@example.org", "closed@example.org"]


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-18T12:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def lena() -> User:
    user: User = UserFactory(username="lena@example.org")
    app_of(user)
    UserFactory(username="closed@example.org", is_active=False)
    return user


def pages(address: str) -> tuple[str, str]:
    """What the browser gets, without its one-time values and the address that was typed."""
    client = Client()
    asked = client.post("/reset/", {"mail": address}, follow=True)
    words = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"', "", asked.content.decode())
    return str(asked.redirect_chain), words.replace(address, "…")


@pytest.mark.parametrize("address", STRANGERS)
def test_the_page_is_the_same_whoever_has_an_account(lena: User, address: str) -> None:
    assert pages(address) == pages(lena.username)


@pytest.mark.parametrize("address", STRANGERS)
def test_the_work_is_the_same_whoever_has_an_account(lena: User, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes: list[str] = []
    hasher = type(get_hasher())
    for name in ("encode", "verify"):
        monkeypatch.setattr(hasher, name, counting(getattr(hasher, name), hashes))

    def work(mail_address: str) -> tuple[Any, ...]:
        before = (MailLink.objects.count(), AuditEvent.objects.count(), len(mail.outbox), len(hashes))
        with CaptureQueriesContext(connection) as queries:
            Client().post("/reset/", {"mail": mail_address})
        after = (MailLink.objects.count(), AuditEvent.objects.count(), len(mail.outbox), len(hashes))
        return len(queries), [now - then for now, then in zip(after, before, strict=True)]

    work("first@example.org")  # what a process looks up once is not counted
    assert work(address) == work(lena.username)


def counting(method: Callable[..., Any], calls: list[str]) -> Callable[..., Any]:
    def noted(*args: Any) -> Any:
        calls.append(method.__name__)
        return method(*args)

    return noted


def test_an_address_is_refused_alike_whether_or_not_it_is_known(lena: User, noon: time_machine.Traveller) -> None:
    answers: dict[str, list[int]] = {lena.username: [], "nobody@example.org": []}
    for _ in range(5):
        for address, answered in answers.items():
            answered.append(Client().post("/reset/", {"mail": address}).status_code)
        noon.shift(timedelta(minutes=2))
    assert all(answered == [302, 302, 302, 429, 429] for answered in answers.values())
    assert len(mail.outbox) == 6


def test_a_stranger_who_asks_and_asks_keeps_nobody_out(lena: User, noon: time_machine.Traveller) -> None:
    """While asking is refused, a link that works lies in the mailbox."""
    for _ in range(60):
        refused = Client().post("/reset/", {"mail": lena.username}).status_code == 429
        if refused:
            owner = Client()
            owner.get(newest(LINK))
            assert owner.get("/reset/password/").status_code == 200
        noon.shift(timedelta(minutes=2))


def test_what_was_refused_is_not_taken_for_sent(lena: User, noon: time_machine.Traveller) -> None:
    for _ in range(3):
        Client().post("/reset/", {"mail": lena.username})
        noon.shift(timedelta(minutes=2))
    assert [Client().post("/reset/", {"mail": lena.username}).status_code for _ in range(2)] == [429, 429]


def test_one_address_asks_for_twenty_an_hour() -> None:
    answers = [Client().post("/reset/", {"mail": f"nobody{n}@example.org"}).status_code for n in range(21)]
    assert answers == [302] * 20 + [429]
    elsewhere = Client(REMOTE_ADDR="198.51.100.1")
    assert elsewhere.post("/reset/", {"mail": "nobody@example.org"}).status_code == 302


@pytest.mark.parametrize("header", ["host", "x-forwarded-host"])
def test_a_forged_host_is_not_in_the_mail(client: Client, lena: User, header: str) -> None:
    client.post("/reset/", {"mail": lena.username}, headers={header: "evil.example"})
    assert all("evil" not in str(letter.body) for letter in mail.outbox)
    client.post("/reset/", {"mail": lena.username})
    assert len(links_to(LINK)) == 1
    assert str(mail.outbox[0].body).count("http") == str(mail.outbox[0].body).count(settings.PUBLIC_URL)


@pytest.mark.parametrize(
    "address", ["lena@example.org\nBcc: evil@example.org", "lena@example.org, evil@example.org", "lena", ""]
)
def test_what_is_no_address_gets_no_mail(client: Client, lena: User, address: str) -> None:
    assert client.post("/reset/", {"mail": address}).status_code == 200
    assert mail.outbox == []


def test_anothers_link_changes_nobody_but_its_owner(client: Client, lena: User) -> None:
    eve = UserFactory(username="eve@example.org")
    log_in(client, eve)
    client.post("/reset/", {"mail": lena.username})
    client.get(newest(LINK))
    client.post("/reset/password/", {"password": NEW, "again": NEW})
    lena.refresh_from_db()
    eve.refresh_from_db()
    assert (lena.check_password(NEW), eve.check_password(PASSWORD)) == (True, True)
    assert is_in(client) == eve.uuid


def test_a_link_for_something_else_opens_nothing(client: Client, lena: User) -> None:
    for purpose in LinkPurpose:
        if purpose is not LinkPurpose.RESET_PASSWORD:
            token = make(purpose, lena.uuid, timezone.now(), timedelta(hours=1))
            client.get(f"{LINK}{token}/")
            assert client.get("/reset/password/").status_code == 404


def test_a_mail_link_to_nobody_leads_nowhere(client: Client) -> None:
    client.post("/reset/", {"mail": "nobody@example.org"})
    link = MailLink.objects.get()
    assert not User.objects.filter(uuid=link.subject).exists()


def test_without_a_csrf_token_nothing_is_asked_or_changed(lena: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/reset/", {"mail": lena.username}).status_code == 403
    assert mail.outbox == []
    Client().post("/reset/", {"mail": lena.username})
    client.get(newest(LINK))
    assert client.post("/reset/password/", {"password": NEW, "again": NEW}).status_code == 403
    lena.refresh_from_db()
    assert lena.check_password(PASSWORD)


def test_a_half_finished_login_dies_with_the_old_password(client: Client, lena: User) -> None:
    thief = Client()
    thief.post("/login/", {"username": lena.username, "password": PASSWORD})
    assert thief.get("/lost-factor/").status_code == 200
    client.post("/reset/", {"mail": lena.username})
    client.get(newest(LINK))
    client.post("/reset/password/", {"password": NEW, "again": NEW})
    assert thief.get("/login/second-factor/")["Location"] == "/login/"
    assert thief.post("/lost-factor/")["Location"] == "/login/"
    assert not Recovery.objects.exists()
    assert not SignIn.objects.filter(succeeded=True).exists()


@pytest.mark.django_db(transaction=True)
def test_one_link_sent_many_times_at_once_changes_the_password_once() -> None:
    user, at = UserFactory(), timezone.now()
    token = make(LinkPurpose.RESET_PASSWORD, user.uuid, at, timedelta(hours=1))
    link = peek(LinkPurpose.RESET_PASSWORD, token, at)
    assert link is not None

    def one(n: int) -> bool:
        try:
            return reset_password(link, User.objects.get(pk=user.pk), f"{NEW} {n}", VISITOR, at)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        won = [n for n, changed in enumerate(pool.map(one, range(16))) if changed]
    user.refresh_from_db()
    assert len(won) == 1
    assert user.check_password(f"{NEW} {won[0]}")
    assert len(mail.outbox) == 1
