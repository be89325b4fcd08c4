"""What whoever has Lena's password alone tries, and does not get; and what nobody at the service desk does alone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import Actor, ActorKind
from accounts.models import Recovery, RecoveryState, TotpDevice, User
from accounts.recovery import lost_factor
from tests.accounts.door import is_in, type_password
from tests.accounts.recovery.letters import links_to, newest
from tests.accounts.recovery.test_lost_factor import DAY, HOW, STOP, asks, desk_verifies, state_of
from tests.accounts.registration.applicants import VISITOR
from tests.factories import UserFactory
from tests.factories.accounts import app_of, log_in, totp_of
from tests.studies.institutions.staff import address, as_, service_desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-18T12:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def lena() -> User:
    user: User = UserFactory(username="lena@example.org")
    app_of(user)
    return user


def test_without_the_right_password_there_is_no_page(client: Client, lena: User) -> None:
    assert client.get("/lost-factor/")["Location"] == "/login/"
    client.post("/login/", {"username": lena.username, "password": "wrong horse"})
    assert client.post("/lost-factor/")["Location"] == "/login/"
    assert not Recovery.objects.exists()


def test_five_minutes_after_the_password_it_is_over(client: Client, lena: User, noon: time_machine.Traveller) -> None:
    type_password(client, lena)
    noon.shift(timedelta(minutes=5))
    assert client.post("/lost-factor/")["Location"] == "/login/"
    assert not Recovery.objects.exists()


def test_a_login_that_is_finished_asks_for_nothing(client: Client, lena: User) -> None:
    type_password(client, lena)
    copy = Client()
    copy.cookies = client.cookies.copy()  # type: ignore[assignment]
    client.post("/login/second-factor/", {"token": totp_of(lena)})
    for one in (client, copy):
        assert one.post("/lost-factor/")["Location"] == "/login/"
    assert not Recovery.objects.exists()


def test_asking_opens_nothing_by_itself(lena: User, noon: time_machine.Traveller) -> None:
    thief = asks(lena)
    assert is_in(thief) is None
    noon.shift(3 * DAY)
    lost_factor.end_due(timezone.now())
    assert TotpDevice.objects.filter(user=lena).exists()
    type_password(thief, lena)
    thief.post("/lost-factor/")
    assert TotpDevice.objects.filter(user=lena).exists()


def test_before_the_wait_is_over_nothing_ends_it(lena: User, noon: time_machine.Traveller) -> None:
    asks(lena)
    desk_verifies(lena)
    noon.shift(DAY - timedelta(seconds=1))
    thief = Client()
    type_password(thief, lena)
    thief.post("/lost-factor/")
    assert not lost_factor.finish(Recovery.objects.get(), VISITOR, timezone.now())
    assert TotpDevice.objects.filter(user=lena).exists()


def test_the_owner_reads_of_it_as_soon_as_somebody_asks(lena: User) -> None:
    asks(lena)
    assert mail.outbox[-1].to == [lena.username]
    assert len(links_to(STOP)) == 1


def test_a_scanner_that_opens_every_link_stops_nothing(lena: User) -> None:
    asks(lena)
    desk_verifies(lena)
    for link in links_to(STOP):
        scanner = Client()
        scanner.get(link)
        assert scanner.get("/lost-factor/stop/").status_code == 200
        scanner.head("/lost-factor/stop/")
    assert state_of(lena) == RecoveryState.VERIFIED


def test_another_account_s_link_stops_another_recovery_only(lena: User) -> None:
    eve = UserFactory(username="eve@example.org")
    app_of(eve)
    asks(eve)
    link = newest(STOP)
    asks(lena)
    client = Client()
    client.get(link)
    client.post("/lost-factor/stop/")
    assert (state_of(eve), state_of(lena)) == (RecoveryState.STOPPED, RecoveryState.ASKED)


def test_an_account_stops_nobody_else_s_recovery(client: Client, lena: User) -> None:
    asks(lena)
    log_in(client, UserFactory())
    client.post("/account/recovery/stop/")
    assert state_of(lena) == RecoveryState.ASKED


def test_without_a_csrf_token_nothing_is_asked_or_stopped(lena: User) -> None:
    client = Client(enforce_csrf_checks=True)
    asks(lena)
    client.get(newest(STOP))
    assert client.post("/lost-factor/stop/").status_code == 403
    assert client.post("/lost-factor/").status_code == 403
    assert state_of(lena) == RecoveryState.ASKED


@pytest.mark.parametrize("how", ["", "   ", "yes"])
def test_the_service_desk_says_how_it_knows(lena: User, how: str) -> None:
    asks(lena)
    desk_verifies(lena, how=how)
    assert state_of(lena) == RecoveryState.ASKED
    with pytest.raises(ValidationError):
        lost_factor.verify(Recovery.objects.get(), "  ", VISITOR, timezone.now())


def test_nobody_at_the_service_desk_recovers_their_own_account(lena: User) -> None:
    worker = service_desk()
    app_of(worker)
    browser = as_(worker)
    asks(worker)
    assert "Somebody else" in desk_verifies(worker, browser)
    assert state_of(worker) == RecoveryState.ASKED
    assert "is told" in desk_verifies(worker)
    assert state_of(worker) == RecoveryState.VERIFIED


def test_verifying_asks_for_a_second_factor_once_more(lena: User, noon: time_machine.Traveller) -> None:
    asks(lena)
    desk = as_(service_desk())
    noon.shift(timedelta(minutes=11))
    recovery = Recovery.objects.get()
    answer = desk.post(address(recovery, "do/verify"), {"verify-how": HOW})
    assert answer["Location"].startswith("/login/again/")
    assert state_of(lena) == RecoveryState.ASKED


def test_the_facts_show_what_a_thief_would_have_changed_first(lena: User) -> None:
    asks(lena)
    desk = as_(service_desk())
    page = desk.get(address(Recovery.objects.get())).content.decode()
    assert "What the account knew before" in page
    assert "Authenticator app" in page
    assert "patient" not in page.split("facts-heading")[1].split("</section>")[0].lower()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_stop_and_end_at_once_each_happens_once(noon: time_machine.Traveller) -> None:
    user = UserFactory()
    app_of(user)

    def at_once(deed: object) -> list[object]:
        def one(_: int) -> object:
            try:
                return deed()  # type: ignore[operator]
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(one, range(8)))

    at = timezone.now()
    at_once(lambda: lost_factor.ask(user, VISITOR, at))
    recovery = Recovery.objects.get()
    assert len(mail.outbox) == 1
    lost_factor.verify(recovery, HOW, Actor(ActorKind.ACCOUNT, UserFactory().uuid), at)
    recovery.refresh_from_db()
    assert sum(map(bool, at_once(lambda: lost_factor.finish(recovery, VISITOR, at + DAY)))) == 1
    assert state_of(user) == RecoveryState.DONE
