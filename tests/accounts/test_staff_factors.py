"""Staff log in with an authenticator app or a passkey, and with nothing else."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.audit.actor import SYSTEM
from accounts.models import (
    SignIn,
    User,
)
from accounts.second_factor.factors import factors_of
from accounts.second_factor.totp import step_of, token_at
from accounts.service_desk.services import appoint
from tests.factories import UserFactory, totp_of
from tests.factories.accounts import phone_of

from .door import SECOND, is_in, newest_token, secret_on, type_password

pytestmark = pytest.mark.django_db


@pytest.fixture
def messages(settings: Settings, tmp_path: Path) -> Path:
    settings.SMS_URL = f"file://{tmp_path}"
    return tmp_path / "sms.jsonl"


@pytest.fixture
def nora() -> User:
    nora: User = UserFactory(username="nora@example.org")
    appoint(nora, SYSTEM, timezone.now() - timedelta(days=1))
    return nora


def test_they_are_offered_strong_factors_only(client: Client, nora: User) -> None:
    type_password(client, nora)
    assert "SMS" not in client.get("/login/set-up/").content.decode()
    assert client.get("/login/set-up/phone/").status_code == 404
    form = {"token": token_at(secret_on(client.get("/login/set-up/app/").content.decode()), step_of(timezone.now()))}
    answer = client.post("/login/set-up/app/", form | {"name": "phone"})
    assert answer["Location"] == "/studies/"
    assert client.get("/account/devices/backup-codes/").status_code == 404
    assert client.get("/account/devices/add/phone/").status_code == 404


def test_what_they_had_before_lets_them_set_up_a_strong_one_and_no_more(
    client: Client, nora: User, messages: Path
) -> None:
    phone_of(nora)
    type_password(client, nora)
    assert client.get("/login/set-up/")["Location"] == "/login/"
    way = factors_of(nora)[0].handle
    client.post(f"{SECOND}send/", {"way": way})
    answer = client.post(SECOND, {"way": way, "token": newest_token(messages), "remember": "on"})
    assert answer["Location"] == "/login/set-up/"
    assert is_in(client) is None
    secret = secret_on(client.get("/login/set-up/app/").content.decode())
    client.post("/login/set-up/app/", {"token": token_at(secret, step_of(timezone.now())), "name": "phone"})
    assert is_in(client) == nora.uuid
    assert SignIn.objects.get(succeeded=True).factor == "totp"


def test_who_has_a_strong_one_is_asked_for_it_and_not_remembered(client: Client, nora: User, messages: Path) -> None:
    phone_of(nora)
    token = totp_of(nora)
    type_password(client, nora)
    page = client.get(SECOND).content.decode()
    assert "SMS" not in page
    assert "30 days" not in page
    answer = client.post(SECOND, {"token": token, "remember": "on"})
    assert answer.status_code == 302
    assert "remembered" not in answer.cookies
