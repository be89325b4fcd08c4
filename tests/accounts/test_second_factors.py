"""Setting up, using and removing second factors of every kind."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.audit.actor import SYSTEM
from accounts.models import (
    AuditAction,
    AuditEvent,
    BackupCode,
    Passkey,
    SmsDevice,
    TotpDevice,
    User,
)
from accounts.second_factor.backup_codes import use_backup_code
from accounts.second_factor.factors import factors_of
from accounts.second_factor.services import add_phone, make_backup_codes, remove_all
from accounts.second_factor.totp import step_of, token_at
from tests.factories import UserFactory, totp_of
from tests.factories.accounts import app_of, log_in, phone_of
from tests.factories.passkeys import Authenticator

from .door import SECOND, is_in, newest_token, options_of, passkey_of, secret_on, show_passkey, type_password

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena() -> User:
    return UserFactory(username="lena@example.org")


@pytest.fixture
def messages(settings: Settings, tmp_path: Path) -> Path:
    settings.SMS_URL = f"file://{tmp_path}"
    return tmp_path / "sms.jsonl"


def test_a_first_login_sets_up_an_app(client: Client, lena: User) -> None:
    type_password(client, lena, "/studies/?page=2")
    choice = client.get(client.get(SECOND)["Location"]).content.decode()
    assert choice.index("Authenticator app") < choice.index("Passkey") < choice.index("Token by SMS")
    page = client.get("/login/set-up/app/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    secret = secret_on(page)
    assert re.search(rf'<a href="otpauth://totp/[^"]*secret={secret}&amp;', page)  # for the phone that holds the app
    wrong = client.post("/login/set-up/app/", {"token": "000000", "name": "phone"}).content.decode()
    assert secret_on(wrong) == secret
    token = token_at(secret, step_of(timezone.now()))
    answer = client.post("/login/set-up/app/", {"token": token, "name": "My phone"})
    assert answer["Location"] == "/account/devices/backup-codes/?next=%2Fstudies%2F%3Fpage%3D2"
    assert is_in(client) == lena.uuid
    assert [factor.name for factor in factors_of(lena)] == ["My phone"]
    assert AuditEvent.objects.get(action=AuditAction.FACTOR_ADDED).details["factor"] == "totp"
    assert [letter.to for letter in mail.outbox] == [["lena@example.org"]]
    other = Client()
    type_password(other, lena)
    assert "was used already" in other.post(SECOND, {"token": token}).content.decode()


def test_a_first_login_sets_up_a_passkey(client: Client, lena: User) -> None:
    key = Authenticator()
    type_password(client, lena)
    options = options_of(client, "/login/set-up/passkey/options/")
    assert lena.username == options["user"]["name"]
    form = {"credential": key.create(options), "name": "Key"}
    assert client.post("/login/set-up/passkey/", form).status_code == 302
    assert is_in(client) == lena.uuid
    other = Client()
    type_password(other, lena)
    assert "do not" not in show_passkey(other, key.get(options_of(other, f"{SECOND}passkey/")))["Location"]


def test_a_first_login_sets_up_a_telephone(client: Client, lena: User, messages: Path) -> None:
    type_password(client, lena)
    assert "weaker" in client.get("/login/set-up/phone/").content.decode()
    assert "not a mobile number" in client.post("/login/set-up/phone/", {"number": "02 555 01 00"}).content.decode()
    client.post("/login/set-up/phone/", {"number": "0470 12 34 47"})
    assert "••• 47" in client.get("/login/set-up/phone/").content.decode()
    client.post("/login/set-up/phone/", {"token": newest_token(messages), "name": "Phone"})
    assert SmsDevice.objects.get().number == "+32470123447"
    assert is_in(client) == lena.uuid


def test_setting_up_is_for_whoever_has_nothing_yet(client: Client, lena: User) -> None:
    app_of(lena)
    type_password(client, lena)
    assert client.get("/login/set-up/")["Location"] == "/login/"
    for address in ("/login/set-up/app/", "/login/set-up/phone/", "/login/set-up/passkey/"):
        assert client.post(address, {"token": "123456", "number": "0470123447", "name": "x"})["Location"] == "/login/"
    assert client.post("/login/set-up/passkey/options/").status_code == 403
    assert len(factors_of(lena)) == 1


def test_a_token_by_sms_is_sent_by_a_button_only(client: Client, lena: User, messages: Path) -> None:
    phone = phone_of(lena)
    type_password(client, lena)
    page = client.get(SECOND).content.decode()
    assert "••• 47" in page
    assert phone.number not in page
    assert not messages.exists()
    way = factors_of(lena)[0].handle
    answer = client.post(f"{SECOND}send/", {"way": way})
    token = newest_token(messages)
    assert "We sent a text message to" in client.get(answer["Location"]).content.decode()
    wrong = client.post(SECOND, {"way": way, "token": f"{(int(token) + 1) % 10**6:06}"}).content.decode()
    assert "This token is not right." in wrong
    assert client.post(SECOND, {"way": way, "token": token})["Location"] == "/studies/"
    assert is_in(client) == lena.uuid


def test_a_token_by_sms_is_good_in_its_own_session_only(client: Client, lena: User, messages: Path) -> None:
    phone_of(lena)
    way = factors_of(lena)[0].handle
    thief = Client()
    for browser in (client, thief):
        type_password(browser, lena)
    client.post(f"{SECOND}send/", {"way": way})
    form = {"way": way, "token": newest_token(messages)}
    assert "does not work" in thief.post(SECOND, form).content.decode()
    assert client.post(SECOND, form).status_code == 302


def test_the_digits_of_an_app_are_taken_whatever_else_there_is(client: Client, lena: User) -> None:
    token = totp_of(lena)
    passkey_of(lena, Authenticator())
    Passkey.objects.update(last_used_at=timezone.now())
    type_password(client, lena)
    page = client.get(SECOND).content.decode()
    assert "Use my passkey" in page
    assert "With my authenticator app" in page
    assert client.post(SECOND, {"token": token}).status_code == 302


def test_a_backup_code_is_typed_as_people_type_and_works_once(client: Client, lena: User) -> None:
    app_of(lena)
    code = make_backup_codes(lena, SYSTEM, timezone.now())[0]
    assert not BackupCode.objects.filter(digest__contains=code.replace("-", "")).exists()
    typed = {"way": "backup_code", "code": f" {code.lower().replace('0', 'o').replace('1', 'l').replace('-', ' ')} "}
    other = Client()
    for browser in (client, other):
        type_password(browser, lena)
    assert client.post(f"{SECOND}?way=backup_code", typed).status_code == 302
    assert is_in(client) == lena.uuid
    assert "was used already" in other.post(f"{SECOND}?way=backup_code", typed).content.decode()


def test_codes_are_somebody_s_and_die_when_new_ones_are_made(lena: User) -> None:
    app_of(lena)
    old = make_backup_codes(lena, SYSTEM, timezone.now())
    assert len(set(old)) == 10
    assert use_backup_code(UserFactory(), old[0], timezone.now()) is None
    new = make_backup_codes(lena, SYSTEM, timezone.now())
    assert use_backup_code(lena, old[1], timezone.now()) is None
    assert use_backup_code(lena, new[0], timezone.now()) is not None


def test_making_new_codes_keeps_who_came_in_by_an_old_one(client: Client, lena: User) -> None:
    app_of(lena)
    code = make_backup_codes(lena, SYSTEM, timezone.now())[0]
    type_password(client, lena)
    client.post(f"{SECOND}?way=backup_code", {"way": "backup_code", "code": code})
    sheet = client.post("/account/devices/backup-codes/").content.decode()
    assert len(re.findall(r"<code>[0-9A-Z]{5}-[0-9A-Z]{5}</code>", sheet)) == 10
    assert "<code>" not in client.get("/account/devices/backup-codes/").content.decode()
    assert is_in(client) == lena.uuid


@pytest.mark.django_db(transaction=True)
def test_one_backup_code_sent_fifty_times_at_once_works_once() -> None:
    lena = UserFactory()
    code, at = make_backup_codes(lena, SYSTEM, timezone.now())[0], timezone.now()

    def one(_: int) -> bool:
        try:
            return use_backup_code(lena, code, at) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(50))) == 1


def test_nobody_has_more_than_five_devices(client: Client, lena: User) -> None:
    app_of(lena)
    for number in range(2):
        passkey_of(lena, Authenticator(number=f"key {number}".encode()))
    for number in range(2):
        add_phone(lena, "phone", f"+3247012344{number}", SYSTEM, timezone.now())
    log_in(client, lena)
    assert "as many as there can be" in client.get("/account/devices/").content.decode()
    with pytest.raises(ValidationError):
        add_phone(lena, "phone", "+32470123448", SYSTEM, timezone.now())
    assert len(factors_of(lena)) == 5


def test_the_last_factor_stays_and_another_s_cannot_be_touched(client: Client, lena: User) -> None:
    log_in(client, lena)
    [only] = factors_of(lena)
    page = client.post(f"/account/devices/{only.handle}/remove/", follow=True).content.decode()
    assert "This is your only second factor." in page
    stranger = UserFactory()
    app_of(stranger)
    [theirs] = factors_of(stranger)
    for deed in ("name", "remove"):
        assert client.post(f"/account/devices/{theirs.handle}/{deed}/", {"name": "mine"}).status_code == 404
    assert TotpDevice.objects.count() == 2


def test_a_removed_factor_ends_what_stood_on_it_and_is_told(client: Client, lena: User) -> None:
    phone = phone_of(lena)
    other = Client()
    log_in(other, lena, phone)
    log_in(client, lena)
    handle = next(factor.handle for factor in factors_of(lena) if factor.device == phone)
    client.post(f"/account/devices/{handle}/name/", {"name": "Old phone"})
    assert "Remove Old phone?" in client.get(f"/account/devices/{handle}/remove/").content.decode()
    client.post(f"/account/devices/{handle}/remove/")
    assert is_in(client) == lena.uuid
    assert other.get("/account/devices/").status_code == 302
    assert "Old phone" in mail.outbox[-1].body
    assert phone.number not in mail.outbox[-1].body
    assert AuditEvent.objects.filter(action=AuditAction.FACTOR_REMOVED).count() == 1


def test_a_recovery_takes_everything_away(lena: User, client: Client) -> None:
    app_of(lena)
    phone_of(lena)
    make_backup_codes(lena, SYSTEM, timezone.now())
    remove_all(lena, SYSTEM, timezone.now())
    assert not BackupCode.objects.exists()
    type_password(client, lena)
    assert client.get(SECOND)["Location"] == "/login/set-up/"
