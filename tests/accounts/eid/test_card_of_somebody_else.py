"""A thief shows a card of their own at a shared computer, and waits for somebody else to log in."""

import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client

from accounts.models import EidCard, User
from tests.accounts.registration.applicants import link_in, typed
from tests.factories import UserFactory, totp_of
from tests.factories.accounts import PASSWORD, app_of

from .authority import Card
from .door import Door

pytestmark = pytest.mark.django_db(transaction=True)
SECOND = "/login/second-factor/"
WARNING = "Whoever logs in now binds the card"


@pytest.fixture
def lena() -> User:
    user: User = UserFactory(username="lena@example.org")
    app_of(user)
    return user


def type_password(client: Client, user: User) -> str:
    return client.post("/login/", {"username": user.username, "password": PASSWORD})["Location"]


def test_the_warning_stands_on_the_page_as_long_as_a_login_would_bind(door: Door, card: Card, lena: User) -> None:
    """Reading it once must not take it away from whoever comes next."""
    door.show(card)
    door.client.post("/login/eid/bind/")
    for _ in range(3):
        assert WARNING in door.client.get("/login/").content.decode()
    type_password(door.client, lena)
    assert WARNING in door.client.get(SECOND).content.decode()
    assert WARNING not in Client().get("/login/").content.decode()


def test_a_browser_that_leaves_the_second_step_out_does_not_for_a_card(door: Door, card: Card, lena: User) -> None:
    """Who has the password and her remembered browser has no second factor, and binds nothing."""
    type_password(door.client, lena)
    door.client.post(SECOND, {"token": totp_of(lena), "remember": "on"})
    door.client.post("/logout/")
    assert type_password(door.client, lena) == "/studies/"
    door.client.post("/logout/")
    door.show(card)
    door.client.post("/login/eid/bind/")
    assert type_password(door.client, lena) == SECOND
    assert not EidCard.objects.exists()
    door.client.post(SECOND, {"token": totp_of(lena)})
    assert EidCard.objects.get().user == lena


def test_whoever_registers_ticks_the_card_themselves(
    door: Door, card: Card, settings: LazySettings, tmp_path: Path
) -> None:
    """It may be that of whoever sat here before, who would come in to the new account."""
    settings.SMS_URL = f"file://{tmp_path}"
    door.show(card)
    door.client.post("/login/eid/register/")
    door.client.post("/register/", typed())
    door.client.get(link_in(mail.outbox[-1]))
    page = door.client.get("/register/password/").content.decode()
    [box] = re.findall(r'<input type="checkbox" name="card"[^>]*>', page)
    assert "checked" not in box
