"""What somebody who sits at Lena's open session, or found a link, tries; and what nobody learns about addresses."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.account.contacts import services
from accounts.account.contacts.applying import Outcome
from accounts.links.services import make, peek
from accounts.models import AuditEvent, ContactChange, ContactKind, LinkPurpose, MailLink, User
from accounts.sessions.services import end_sessions_of
from tests.accounts.account.test_contacts import MAIL, NEW, OLD, STOP, ask_mail, ask_phone, give_token, press
from tests.accounts.recovery.letters import links_to, newest, texts, token_in
from tests.accounts.registration.applicants import VISITOR
from tests.factories import UserFactory
from tests.factories.accounts import app_of, log_in

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-18T12:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def sms(settings: LazySettings, tmp_path: Path) -> Path:
    settings.SMS_URL = f"file://{tmp_path}"
    return tmp_path


@pytest.fixture
def lena() -> User:
    user: User = UserFactory(username="lena@example.org", phone="+32470123447", phone_confirmed_at=timezone.now())
    app_of(user)
    return user


@pytest.fixture
def hers(client: Client, lena: User) -> Client:
    log_in(client, lena)
    return client


def answered(address: str) -> tuple[Any, ...]:
    """What an account gets that asks for this address, and what it costs; without the address itself."""
    user = UserFactory(first_name="Eva", last_name="Nobody", username=f"{'x' * len(address)}@example.org")
    client = Client()
    log_in(client, user)
    client.get("/account/mail/")
    before = MailLink.objects.count(), AuditEvent.objects.count(), len(mail.outbox)
    with CaptureQueriesContext(connection) as queries:
        answer = client.post("/account/mail/", {"mail": address})
    after = MailLink.objects.count(), AuditEvent.objects.count(), len(mail.outbox)
    page = client.get("/account/mail/").content.decode()
    words = re.sub(r'(csrfmiddlewaretoken" value|nonce|data-timeout)="[^"]*"', "", page)
    user.delete()
    return (
        answer.status_code,
        answer["Location"],
        words.replace(address, "…"),
        len(queries),
        [now - then for now, then in zip(after, before, strict=True)],
    )


def test_whether_an_address_has_an_account_is_told_to_its_owner_alone(lena: User) -> None:
    answered("first@example.org")  # what a process looks up once is not counted
    known, free = answered("lena@example.org"), answered("free@example.org")
    assert known == free
    letters = [letter for letter in mail.outbox if letter.to == ["lena@example.org"]]
    assert "There is an account with it already" in str(letters[-1].body)
    assert links_to(NEW, letters[-1]) == []


def test_a_taken_address_is_never_taken_over(hers: Client, lena: User) -> None:
    UserFactory(username=MAIL)
    ask_mail(hers)
    press(newest(OLD))
    services.end_due(timezone.now() + timedelta(days=30))
    lena.refresh_from_db()
    assert lena.username == "lena@example.org"
    assert links_to(NEW) == []


def test_an_open_session_alone_changes_nothing(hers: Client, lena: User, sms: Path) -> None:
    """Who sits at it owns the new address and the new number, and has neither of the old ones."""
    ask_mail(hers)
    press(newest(NEW))
    ask_phone(hers)
    give_token(hers, token_in(sms))
    for kind in ("mail", "phone"):
        hers.post(f"/account/change/{kind}/finish/")
    lena.refresh_from_db()
    assert (lena.username, lena.phone) == ("lena@example.org", "+32470123447")


def test_another_password_ends_what_a_thief_began(hers: Client, lena: User, noon: time_machine.Traveller) -> None:
    ask_mail(hers)
    press(newest(NEW))
    hers.post("/account/change/mail/lost/")
    owner = Client()
    owner.post("/reset/", {"mail": lena.username})
    owner.get(newest("/reset/link/"))
    owner.post("/reset/password/", {"password": "copper lantern ferry", "again": "copper lantern ferry"})
    noon.shift(services.DELAY)
    assert services.end_due(timezone.now()) == 0
    lena.refresh_from_db()
    assert lena.username == "lena@example.org"


def test_scanners_that_open_every_link_confirm_and_stop_nothing(hers: Client, lena: User) -> None:
    ask_mail(hers)
    for path in (NEW, OLD, STOP):
        scanner = Client()
        page = scanner.get(newest(path))["Location"]
        assert scanner.get(page).status_code == 200
        scanner.head(page)
    change = ContactChange.objects.get()
    assert (change.new_confirmed_at, change.old_confirmed_at, change.ended_at) == (None, None, None)


def test_each_link_is_for_its_own_end(hers: Client, lena: User) -> None:
    ask_mail(hers)
    token = newest(NEW).removeprefix(NEW).strip("/")
    for wrong in (OLD, STOP):
        browser = Client()
        page = browser.get(f"{wrong}{token}/")["Location"]
        assert browser.post(page).status_code == 404
    press(newest(NEW))
    press(newest(NEW))
    lena.refresh_from_db()
    assert lena.username == "lena@example.org"


def test_a_token_of_one_number_confirms_no_other(
    hers: Client, lena: User, sms: Path, noon: time_machine.Traveller
) -> None:
    ask_phone(hers)
    first = token_in(sms)
    give_token(hers, first)
    noon.shift(MINUTE)
    hers.post("/account/phone/send/")
    assert texts(sms)[-1]["to"] == lena.phone
    if first != token_in(sms):
        assert "not right" in give_token(hers, first).content.decode()  # type: ignore[attr-defined]
    lena.refresh_from_db()
    assert lena.phone == "+32470123447"


def test_a_token_works_in_the_session_that_asked_for_it_only(hers: Client, lena: User, sms: Path) -> None:
    ask_phone(hers)
    other = Client()
    log_in(other, lena)
    assert "Send me the text message" in give_token(other, token_in(sms)).content.decode()  # type: ignore[attr-defined]
    assert ContactChange.objects.get().new_confirmed_at is None


def test_nobody_touches_another_account_s_change(hers: Client, lena: User) -> None:
    ask_mail(hers)
    eve = Client()
    log_in(eve, UserFactory())
    for deed in ("lost", "stop", "finish"):
        eve.post(f"/account/change/mail/{deed}/")
    change = ContactChange.objects.get()
    assert (change.opens_at, change.ended_at) == (None, None)


@pytest.mark.parametrize("kind", ["name", "username", "0"])
def test_there_are_two_kinds_of_change(hers: Client, kind: str) -> None:
    assert hers.post(f"/account/change/{kind}/stop/").status_code == 404


def test_a_change_asked_for_six_times_a_day_waits(hers: Client) -> None:
    for n in range(6):
        assert ask_mail(hers, f"lena{n}@example.org") == 302
        hers.post("/account/change/mail/stop/")
    page = hers.post("/account/mail/", {"mail": "lena7@example.org"}).content.decode()
    assert "asked for several times already" in page
    assert ContactChange.objects.count() == 6


def test_a_stranger_s_mailbox_is_not_filled() -> None:
    answers = []
    for _ in range(4):
        client = Client()
        log_in(client, UserFactory())
        answers.append(ask_mail(client, "victim@example.org"))
    assert answers == [302, 302, 302, 200]


def test_without_a_csrf_token_nothing_is_asked_confirmed_or_stopped(lena: User) -> None:
    plain = Client()
    log_in(plain, lena)
    ask_mail(plain)
    strict = Client(enforce_csrf_checks=True)
    log_in(strict, lena)
    assert strict.post("/account/mail/", {"mail": MAIL}).status_code == 403
    for path in (NEW, OLD, STOP):
        page = strict.get(newest(path))["Location"]
        assert strict.post(page).status_code == 403
    change = ContactChange.objects.get()
    assert (change.new_confirmed_at, change.old_confirmed_at, change.ended_at) == (None, None, None)


def test_an_account_that_was_closed_meanwhile_changes_no_more(hers: Client, lena: User) -> None:
    ask_mail(hers)
    press(newest(NEW))
    User.objects.update(is_active=False)
    end_sessions_of(user=lena)
    assert press(newest(OLD)) == 404


@pytest.mark.django_db(transaction=True)
def test_one_link_sent_many_times_at_once_confirms_once() -> None:
    user, at = UserFactory(), timezone.now()
    change = ContactChange.objects.create(
        user=user, kind=ContactKind.MAIL, value=MAIL, asked_at=at, expires_at=at + services.LASTS, old_confirmed_at=at
    )
    link = peek(LinkPurpose.CHANGE_MAIL, make(LinkPurpose.CHANGE_MAIL, change.uuid, at, services.LASTS), at)
    assert link is not None

    def one(_: int) -> Outcome:
        try:
            return services.confirm_by_link(link, VISITOR, at)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(one, range(16)))
    assert outcomes.count(Outcome.CHANGED) == 1
    assert outcomes.count(Outcome.OVER) == 15
    assert len(mail.outbox) == 2
