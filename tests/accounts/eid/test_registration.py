"""A card that was shown before its holder asked for an account opens that account, which is verified like any other."""

from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import EidCard, Physician, User
from tests.accounts.registration.applicants import MAIL, PASSWORD, link_in, typed
from tests.factories import UserFactory

from .authority import Card
from .door import ORIGIN, Door, bound, refusals

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def phone(settings: Any, tmp_path: Path) -> None:
    settings.SMS_URL = f"file://{tmp_path}"


def asks_for_an_account(client: Client) -> str:
    """As far as the page where a password is chosen, which is returned."""
    client.post("/register/", typed())
    client.get(link_in(mail.outbox[-1]))
    return client.get("/register/password/").content.decode()


def chooses_a_password(client: Client, **more: str) -> None:
    answer = client.post("/register/password/", {"password": PASSWORD, "again": PASSWORD, **more})
    assert answer["Location"] == "/register/phone/"


def test_the_card_opens_the_account_that_was_asked_for(door: Door, card: Card) -> None:
    door.show(card)
    assert door.client.post("/login/eid/register/")["Location"] == "/register/"
    assert "Let the e-ID that was shown in this browser open this account." in asks_for_an_account(door.client)
    chooses_a_password(door.client, card="yes")
    assert EidCard.objects.get().user == User.objects.get(username=MAIL)
    assert Physician.objects.get().verified_at is None
    assert Door(Client(), ORIGIN).show(card)["Location"] == "/studies/"


def test_it_does_not_if_the_applicant_says_no(door: Door, card: Card) -> None:
    door.show(card)
    door.client.post("/login/eid/register/")
    asks_for_an_account(door.client)
    chooses_a_password(door.client)
    assert not EidCard.objects.exists()


def test_nor_if_the_card_was_only_shown(door: Door, card: Card) -> None:
    door.show(card)
    assert "e-ID" not in asks_for_an_account(door.client).split("<main", 1)[1]
    chooses_a_password(door.client, card="yes")
    assert not EidCard.objects.exists()


def test_a_card_that_was_bound_meanwhile_stays_where_it_is(door: Door, card: Card) -> None:
    door.show(card)
    door.client.post("/login/eid/register/")
    asks_for_an_account(door.client)
    other = UserFactory()
    bound(card.certificate, other)
    chooses_a_password(door.client, card="yes")
    assert EidCard.objects.get().user == other
    assert refusals() == ["card.taken"]
