"""A stranger fails on purpose, to keep somebody out: every wait has a way past it that no stranger can close."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from accounts.throttling.limits import LOGIN_ADDRESS
from tests.accounts.door import asked_in_second_step, passkey_of, show_passkey
from tests.accounts.recovery.letters import newest
from tests.factories import UserFactory, totp_of
from tests.factories.accounts import PASSWORD, app_of
from tests.factories.passkeys import Authenticator

pytestmark = pytest.mark.django_db
NEW = "copper lantern by the ferry"
SECOND = "/login/second-factor/"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-18T12:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def lena() -> User:
    user: User = UserFactory(username="lena@example.org")
    app_of(user)
    return user


def fails(username: str, times: int, **extra: Any) -> None:
    for _ in range(times):
        Client(**extra).post("/login/", {"username": username, "password": "wrong horse"})


def types_password(client: Client, user: User, password: str = PASSWORD) -> Any:
    return client.post("/login/", {"username": user.username, "password": password})


def holds_the_wait(lena: User, noon: time_machine.Traveller) -> None:
    """One failure at the very moment at which each wait ends, for half a day, from an address of the stranger's own."""
    for hour in range(12):
        fails(lena.username, 8, REMOTE_ADDR=f"198.51.{hour}.9")
        noon.shift(HOUR)
    fails(lena.username, 8, REMOTE_ADDR="198.51.100.9")


def test_another_password_is_the_way_past_a_stranger_who_never_stops(lena: User, noon: time_machine.Traveller) -> None:
    """On a computer that Lena never used before: one that she knows is counted by itself."""
    holds_the_wait(lena, noon)
    hers = Client()
    assert "too many tries" in types_password(hers, lena).content.decode()
    hers.post("/reset/", {"mail": lena.username})
    hers.get(newest("/reset/link/"))
    hers.post("/reset/password/", {"password": NEW, "again": NEW})
    answer = types_password(hers, lena, NEW)
    assert answer.get("Location") == SECOND
    assert hers.post(SECOND, {"token": totp_of(lena)})["Location"] == "/studies/"


def test_a_neighbour_behind_the_same_address_keeps_no_passkey_from_a_browser_that_knows_it(lena: User) -> None:
    """A hospital has one address; whoever sits in its waiting room fails thirty times an hour."""
    key, hers = Authenticator(), Client()
    passkey_of(lena, key)
    types_password(hers, lena)
    show_passkey(hers, key.get(asked_in_second_step(hers)))
    hers.post("/logout/")
    for number in range(LOGIN_ADDRESS.failures):
        fails(f"nobody{number}@example.org", 1)
    assert "too many tries" in types_password(Client(), lena).content.decode()
    assert types_password(hers, lena)["Location"] == SECOND
    assert show_passkey(hers, key.get(asked_in_second_step(hers))).get("Location") == "/studies/"
