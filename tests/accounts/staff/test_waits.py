"""The service desk's screen of waits."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent, ThrottleCounter, User
from accounts.throttling.limits import (
    CHALLENGE_HOUR,
    CODE,
    LOGIN_ACCOUNT,
    LOGIN_ADDRESS,
    LOGIN_NETWORK,
    LOGIN_WARNING,
    SECOND_FACTOR,
    Limit,
)
from accounts.throttling.services import forgive, lift, take
from studies.models import AppointmentRole
from tests.factories import AppointmentFactory, UserFactory
from tests.studies.institutions.staff import address, as_, service_desk

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/throttlecounter/"


@pytest.fixture
def sam() -> User:
    return service_desk()


@pytest.fixture
def desk(sam: User) -> Client:
    return as_(sam)


def fail(limit: Limit, subject: str, times: int) -> ThrottleCounter:
    """So many failed tries, as quickly as they are let."""
    at = timezone.now()
    for count in range(times):
        take(limit, subject, at - timedelta(seconds=times - count))
    return ThrottleCounter.objects.get(scope=limit.scope)


def rows(client: Client, search: str = "", **filters: str) -> list[ThrottleCounter]:
    client.post(LIST, {"search": search})
    return list(client.get(LIST, filters).context["cl"].result_list)


def test_who_waits_now_is_listed_with_failures_and_times_and_without_a_name(desk: Client) -> None:
    waits = fail(LOGIN_ACCOUNT, "dubois@example.org", 6)
    fail(SECOND_FACTOR, "somebody", 2)
    assert rows(desk) == [waits]
    assert len(rows(desk, state="all")) == 2

    for page in (LIST, address(waits)):
        text = desk.get(page).content.decode()
        assert "dubois" not in text
        assert waits.subject[:8] not in text
    assert "password of one account" in desk.get(address(waits)).content.decode()
    assert waits.failures == 5  # the sixth came too early


def test_a_full_window_waits_too_until_it_has_room(desk: Client) -> None:
    waits = fail(LOGIN_ADDRESS, "192.0.2.7/32", 30)
    assert waits.blocked_until is not None
    assert waits.blocked_until - timezone.now() > timedelta(minutes=58)
    assert rows(desk) == [waits]
    with time_machine.travel(waits.blocked_until):
        assert rows(as_(service_desk())) == []


def test_a_try_given_back_makes_room_again() -> None:
    def is_full() -> bool:
        return ThrottleCounter.objects.get(scope=LOGIN_ADDRESS.scope).blocked_until is not None

    fail(LOGIN_ADDRESS, "192.0.2.7/32", 29)
    assert not is_full()
    at = timezone.now()
    take(LOGIN_ADDRESS, "192.0.2.7/32", at)
    assert is_full()
    forgive(LOGIN_ADDRESS, "192.0.2.7/32", at)
    assert not is_full()


def test_what_keeps_from_doing_a_thing_twice_is_no_wait_of_anybody(desk: Client) -> None:
    fail(LOGIN_WARNING, "somebody", 1)
    assert rows(desk, state="all") == []


def test_a_counter_is_found_by_what_the_caller_says(desk: Client) -> None:
    dubois = UserFactory(username="dubois@example.org")
    by_mail = fail(LOGIN_ACCOUNT, "dubois@example.org", 6)
    by_account = fail(SECOND_FACTOR, str(dubois.uuid), 6)
    by_number = fail(CHALLENGE_HOUR, "+32470123447", 5)
    by_address = fail(LOGIN_ADDRESS, "192.0.2.7/32", 30)
    by_network = fail(LOGIN_NETWORK, "192.0.2.0/24", 1)
    assert set(rows(desk, " Dubois@Example.org ")) == {by_mail, by_account}
    assert set(rows(desk, "0470 12 34 47")) == {by_number}
    assert set(rows(desk, "192.0.2.7")) == {by_address, by_network}
    for nobody in ("192.0.2", "dubois", "nobody@example.org", "login", "%"):
        assert rows(desk, nobody) == [], nobody


def test_an_ipv6_address_is_found_by_its_network(desk: Client) -> None:
    counter = fail(LOGIN_ADDRESS, "2001:db8:1:2::/64", 30)
    assert rows(desk, "2001:db8:1:2::7") == [counter]


def test_a_lifted_wait_lets_the_owner_in_at_once_and_is_audited(desk: Client, sam: User) -> None:
    waits = fail(LOGIN_ACCOUNT, "dubois@example.org", 6)
    assert not take(LOGIN_ACCOUNT, "dubois@example.org", timezone.now()).allowed
    desk.post(address(waits, "do/lift"))
    assert take(LOGIN_ACCOUNT, "dubois@example.org", timezone.now()).allowed
    row = AuditEvent.objects.get(action=AuditAction.THROTTLE_LIFTED)
    assert (row.actor, row.details) == (sam.uuid, {"scope": "login.account", "failures": 5})


def test_a_lifted_window_takes_tries_again(desk: Client) -> None:
    waits = fail(LOGIN_ADDRESS, "192.0.2.7/32", 30)
    desk.post(address(waits, "do/lift"))
    assert take(LOGIN_ADDRESS, "192.0.2.7/32", timezone.now()).allowed


def test_what_counts_for_life_is_never_forgiven() -> None:
    counter = fail(CODE, "a code", 5)
    lift(counter, SYSTEM, timezone.now())
    counter.refresh_from_db()
    assert (counter.failures, counter.lifetime, counter.blocked_until) == (0, 5, None)


def test_lifting_asks_for_the_factor_first(sam: User) -> None:
    waits = fail(LOGIN_ACCOUNT, "dubois@example.org", 6)
    with time_machine.travel(timezone.now() - timedelta(minutes=15)):
        client = as_(sam)
    assert client.post(address(waits, "do/lift"))["Location"].startswith("/login/again/")
    assert not AuditEvent.objects.filter(action=AuditAction.THROTTLE_LIFTED).exists()


@pytest.mark.parametrize(("limit", "times"), [(CODE, 5), (CHALLENGE_HOUR, 5)])
def test_messages_that_cost_and_access_codes_are_not_lifted(desk: Client, limit: Limit, times: int) -> None:
    waits = fail(limit, "somebody", times)
    assert waits in rows(desk)
    assert "Let them try again now" not in desk.get(address(waits)).content.decode()
    desk.post(address(waits, "do/lift"))
    assert not take(limit, "somebody", timezone.now()).allowed


def test_a_wait_that_was_forgotten_meanwhile_is_over(desk: Client) -> None:
    waits: Any = fail(LOGIN_ACCOUNT, "dubois@example.org", 6)
    page = address(waits, "do/lift")
    waits.delete()
    assert desk.post(page).status_code == 404


def test_only_the_service_desk_sees_waits() -> None:
    waits = fail(LOGIN_ACCOUNT, "dubois@example.org", 6)
    lena = AppointmentFactory(role=AppointmentRole.ADMINISTRATOR).user
    assert as_(lena).get(LIST).status_code == 403
    assert as_(lena).post(address(waits, "do/lift")).status_code in (403, 404)
    assert not take(LOGIN_ACCOUNT, "dubois@example.org", timezone.now()).allowed
