"""Half a login is one account's, for one purpose, once: nothing of another account, session or purpose finishes it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import BackupCode, Session, SessionKind, SmsDevice, User
from accounts.second_factor.factors import factors_of
from accounts.second_factor.services import make_backup_codes
from tests.accounts.door import SECOND, asked_in_second_step, is_in, newest_token, options_of, passkey_of, show_passkey
from tests.factories import UserFactory, totp_of
from tests.factories.accounts import PASSWORD, app_of, log_in
from tests.factories.passkeys import Authenticator

pytestmark = pytest.mark.django_db


@pytest.fixture
def messages(settings: LazySettings, tmp_path: Path) -> Path:
    settings.SMS_URL = f"file://{tmp_path}"
    return tmp_path / "sms.jsonl"


def somebody(name: str, number: str) -> User:
    """With an app, a telephone, and a passkey that is named like its owner."""
    user: User = UserFactory(username=f"{name}@example.org")
    app_of(user)
    SmsDevice.objects.create(user=user, name="phone", number=number, created_at=timezone.now())
    passkey_of(user, Authenticator(number=name.encode()))
    return user


@pytest.fixture
def lena() -> User:
    return somebody("lena", "+32470123447")


@pytest.fixture
def mark() -> User:
    return somebody("mark", "+32470123448")


def begins(user: User) -> Client:
    client = Client()
    assert client.post("/login/", {"username": user.username, "password": PASSWORD})["Location"] == SECOND
    return client


def phone_way(user: User) -> str:
    return next(factor.handle for factor in factors_of(user) if factor.shown)


def gives(client: Client, **form: str) -> Any:
    return client.post(SECOND, form)


def test_one_who_has_lena_s_password_and_every_factor_of_their_own_is_not_in(
    lena: User, mark: User, messages: Path
) -> None:
    codes = make_backup_codes(mark, SYSTEM, timezone.now())
    make_backup_codes(lena, SYSTEM, timezone.now())
    half = begins(lena)
    own = begins(mark)
    own.post(f"{SECOND}send/", {"way": phone_way(mark)})
    tries = [
        gives(half, token=totp_of(mark)),
        gives(half, way="backup_code", code=codes[0]),
        gives(half, way=phone_way(mark), token=newest_token(messages)),
        gives(half, way=phone_way(lena), token=newest_token(messages)),
        show_passkey(half, Authenticator(number=b"mark").get(asked_in_second_step(half))),
    ]
    assert [answer.status_code for answer in tries] == [200] * 5
    assert is_in(half) is None
    assert BackupCode.objects.filter(user=mark, used_at__isnull=True).count() == 10


def test_what_somebody_is_logged_in_with_is_not_carried_into_another_login(lena: User, mark: User) -> None:
    """Mark is in; in the same browser somebody types Lena's password: his factors and his ten minutes are gone."""
    client = Client()
    log_in(client, mark)
    client.post("/login/", {"username": lena.username, "password": PASSWORD})
    assert is_in(client) is None
    assert client.get("/account/password/")["Location"].startswith("/login/?")
    assert gives(client, token=totp_of(mark)).status_code == 200
    assert gives(client, token=totp_of(lena))["Location"] == "/studies/"
    assert is_in(client) == lena.uuid


def test_a_token_that_was_sent_for_one_purpose_is_good_for_no_other(lena: User, messages: Path) -> None:
    """One for adding a telephone does not prove who is asked again, nor one for a login that a number is theirs."""
    client = Client()
    log_in(client, lena)
    client.post("/account/devices/add/phone/", {"number": "+32470000001"})
    adding = newest_token(messages)
    client.get("/login/again/?next=/account/close/")
    assert client.post("/login/again/", {"way": phone_way(lena), "token": adding}).status_code == 200
    assert client.post("/login/again/", {"way": phone_way(lena), "token": adding}).status_code == 200
    SmsDevice.objects.filter(user=lena).update(number="+32470000009")
    other = begins(lena)
    other.post(f"{SECOND}send/", {"way": phone_way(lena)})
    assert client.post("/account/devices/add/phone/", {"token": newest_token(messages), "name": "x"}).status_code == 200
    assert SmsDevice.objects.filter(user=lena).count() == 1


def test_what_a_passkey_signed_to_be_added_or_asked_again_is_no_login(lena: User) -> None:
    key = Authenticator(number=b"lena", counts=False)
    half = begins(lena)
    options = asked_in_second_step(half)
    half.post("/login/passkey/options/")  # another purpose takes its place
    assert show_passkey(half, key.get(options)).status_code == 200
    assert is_in(half) is None
    inside = Client()
    log_in(inside, lena)
    again = options_of(inside, "/login/again/passkey/")
    assert inside.post("/login/passkey/", {"credential": key.get(again, lena.uuid)}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_ten_codes_at_once_finish_half_a_login_once() -> None:
    """Each of them would do: one session begins, whichever comes first."""
    lena = UserFactory()
    app_of(lena)
    codes = make_backup_codes(lena, SYSTEM, timezone.now())
    session = begins(lena).cookies["session"].value

    def one(code: str) -> str:
        copy = Client()
        copy.cookies["session"] = session
        try:
            return str(gives(copy, way="backup_code", code=code).get("Location", ""))
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        led_to = list(pool.map(one, codes))
    assert led_to.count("/studies/") == 1
    assert Session.objects.filter(kind=SessionKind.ACCOUNT).count() == 1


def test_a_login_that_is_finished_while_its_password_changes_opens_nothing(client: Client) -> None:
    """The session that begins then stands on the password before."""
    lena = UserFactory()
    app_of(lena)
    fresh = User.objects.get(pk=lena.pk)
    fresh.set_password("copper lantern by the ferry")
    fresh.save()
    log_in(client, lena)  # as `complete_login` does with the account that it read a moment before
    assert is_in(client) is None
