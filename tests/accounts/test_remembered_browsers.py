"""A browser that leaves the second step out for 30 days, and what ends that."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import (
    SignIn,
    User,
)
from accounts.second_factor.services import add_phone
from tests.factories import UserFactory, totp_of
from tests.factories.accounts import app_of, log_in

from .door import SECOND, is_in, type_password

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena() -> User:
    return UserFactory(username="lena@example.org")


@pytest.fixture
def remembered(client: Client, lena: User) -> Client:
    token = totp_of(lena)
    type_password(client, lena)
    assert client.post(SECOND, {"token": token, "remember": "on"}).cookies["remembered"]["httponly"]
    client.post("/logout/")
    return client


def test_it_leaves_the_second_step_out_for_thirty_days(remembered: Client, lena: User) -> None:
    assert type_password(remembered, lena)["Location"] == "/studies/"
    assert is_in(remembered) == lena.uuid
    assert SignIn.objects.order_by("-pk")[0].factor == "remembered"
    remembered.post("/logout/")
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        assert type_password(remembered, lena)["Location"] == SECOND


def test_it_still_asks_for_the_password(remembered: Client, lena: User) -> None:
    page = remembered.post("/login/", {"username": lena.username, "password": "wrong horse battery"})
    assert "do not belong together" in page.content.decode()


def test_another_account_s_cookie_is_worth_nothing(remembered: Client) -> None:
    mallory = UserFactory()
    app_of(mallory)
    assert type_password(remembered, mallory)["Location"] == SECOND


def test_two_accounts_share_a_browser(remembered: Client, lena: User) -> None:
    emma = UserFactory()
    token = totp_of(emma)
    type_password(remembered, emma)
    remembered.post(SECOND, {"token": token, "remember": "on"})
    for user in (lena, emma):
        remembered.post("/logout/")
        assert type_password(remembered, user)["Location"] == "/studies/"


def test_it_ends_with_the_password(remembered: Client, lena: User) -> None:
    other = remembered.cookies["remembered"].value
    lena.set_password("another long pass phrase")
    lena.save()
    form = {"username": lena.username, "password": "another long pass phrase"}
    assert remembered.post("/login/", form)["Location"] == SECOND
    assert remembered.cookies["remembered"].value == other


def test_it_ends_when_a_factor_changes(remembered: Client, lena: User) -> None:
    add_phone(lena, "phone", "+32470123448", SYSTEM, timezone.now())
    assert type_password(remembered, lena)["Location"] == SECOND


def test_it_ends_when_its_owner_says_so(remembered: Client, lena: User) -> None:
    elsewhere = Client()
    log_in(elsewhere, lena)
    browser = lena.remembered_browsers.get()
    assert str(browser.uuid) in elsewhere.get("/account/devices/").content.decode()
    mallory = Client()
    log_in(mallory, UserFactory())
    assert mallory.post("/account/devices/browsers/forget/", {"browser": browser.uuid}).status_code == 404
    elsewhere.post("/account/devices/browsers/forget/", {"browser": browser.uuid})
    assert type_password(remembered, lena)["Location"] == SECOND


def test_it_opens_no_sensitive_page(remembered: Client, lena: User) -> None:
    type_password(remembered, lena)
    answer: Any = remembered.get("/account/devices/add/app/")
    assert answer["Location"].startswith("/login/again/?next=")
