"""Lena's mobile number is on her website. Nobody who types it keeps tokens from her, or has it for their own."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import Actor, ActorKind
from accounts.challenges.values import SendOutcome
from accounts.models import SmsDevice, User
from accounts.registration.first_number import send_token
from accounts.second_factor.factors import factors_of
from tests.accounts.door import newest_token, type_password
from tests.factories import UserFactory
from tests.factories.accounts import app_of, log_in, phone_of

pytestmark = pytest.mark.django_db
NUMBER = "+32470123447"
SECOND = "/login/second-factor/"
STEP = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-18T12:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def messages(settings: LazySettings, tmp_path: Path) -> Path:
    settings.SMS_URL = f"file://{tmp_path}"
    return tmp_path / "sms.jsonl"


@pytest.fixture
def lena() -> User:
    user: User = UserFactory(username="lena@example.org", phone=NUMBER, phone_confirmed_at=timezone.now())
    phone_of(user)
    return user


def strangers_type_it(at: datetime) -> int:
    """Applicants from many networks say that the number is theirs, until no more is sent. Returns how many were."""
    sent = 0
    for number in range(12):
        applicant = UserFactory(phone=NUMBER)
        visitor = Actor(ActorKind.VISITOR, address=f"192.0.{number}.7")
        sent += send_token(applicant, uuid4(), visitor, at).outcome is SendOutcome.SENT
    return sent


def has_token_sent(client: Client, user: User) -> str:
    """Press the button in the second step, and read what the phone got; empty where nothing came."""
    client.post(f"{SECOND}send/", {"way": way_of(user)})
    page = client.get(f"{SECOND}?way={way_of(user)}").content.decode()
    return "" if "No more messages can be sent for now." in page else "sent"


def way_of(user: User) -> str:
    return next(factor.handle for factor in factors_of(user) if factor.shown)


def test_applicants_who_type_it_all_day_keep_no_token_from_her(
    lena: User, messages: Path, noon: time_machine.Traveller
) -> None:
    day_s = [strangers_type_it(timezone.now())]
    for _ in range(9):
        noon.shift(timedelta(hours=1))
        day_s.append(strangers_type_it(timezone.now()))
    assert sum(day_s) == 5
    hers = Client()
    type_password(hers, lena)
    assert has_token_sent(hers, lena)
    assert hers.post(SECOND, {"way": way_of(lena), "token": newest_token(messages)})["Location"] == "/studies/"


def test_whoever_has_her_password_keeps_no_token_from_a_browser_she_used(
    lena: User, messages: Path, noon: time_machine.Traveller
) -> None:
    hers = Client()
    type_password(hers, lena)
    has_token_sent(hers, lena)
    hers.post(SECOND, {"way": way_of(lena), "token": newest_token(messages)})
    hers.post("/logout/")
    noon.shift(timedelta(days=1))
    for _ in range(12):
        for _ in range(6):
            thief = Client()
            type_password(thief, lena)
            has_token_sent(thief, lena)
        noon.shift(timedelta(hours=1))
    type_password(hers, lena)
    assert has_token_sent(hers, lena)
    assert hers.post(SECOND, {"way": way_of(lena), "token": newest_token(messages)})["Location"] == "/studies/"


def test_a_token_for_one_number_adds_no_other_not_even_in_a_race(client: Client, messages: Path) -> None:
    """A thief asks for a token to a phone of his own while the session still holds somebody else's number."""
    user = UserFactory()
    app_of(user)
    log_in(client, user)
    page = "/account/devices/add/phone/"
    client.post(page, {"number": NUMBER})
    before = client.session["phone_to_add"]
    with time_machine.travel(timezone.now() + STEP):
        client.post(page, {"number": "+32470000001"})
        held = client.session
        held["phone_to_add"] = before  # as it was until the answer was written
        held.save()
        client.post(page, {"token": newest_token(messages), "name": "mine"})
    assert json.loads(messages.read_text().splitlines()[-1])["to"] == "+32470000001"
    assert not SmsDevice.objects.exists()
