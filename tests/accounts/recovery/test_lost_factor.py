"""Lena lost her phone: the service desk, a day's wait in which every contact is told, another second factor."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from accounts.due.services import run_due
from accounts.models import AuditAction, AuditEvent, BackupCode, Passkey, Recovery, RecoveryState, TotpDevice, User
from accounts.recovery.lost_factor import ASKED_LASTS, end_due
from accounts.second_factor.services import make_backup_codes
from tests.accounts.door import is_in, type_password
from tests.accounts.recovery.letters import links_to, newest, texts, told
from tests.accounts.registration.applicants import VISITOR
from tests.factories import UserFactory
from tests.factories.accounts import app_of, log_in, phone_of, totp_of
from tests.studies.institutions.staff import address, as_, service_desk

pytestmark = pytest.mark.django_db
STOP = "/lost-factor/stop/link/"
HOW = "called back on the number of the practice in the public register"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-18T12:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def sms(settings: LazySettings, tmp_path: Path) -> Path:
    settings.SMS_URL = f"file://{tmp_path}"
    return tmp_path


@pytest.fixture
def lena() -> User:
    user: User = UserFactory(username="lena@example.org", phone="+32470123447", phone_confirmed_at=timezone.now())
    app_of(user)
    return user


def asks(user: User) -> Client:
    client = Client()
    type_password(client, user)
    client.post("/lost-factor/")
    return client


def desk_verifies(user: User, desk: Client | None = None, how: str = HOW) -> str:
    desk = desk or as_(service_desk())
    recovery = Recovery.objects.filter(user=user).latest("pk")
    answer = desk.post(address(recovery, "do/verify"), {"verify-how": how}, follow=True)
    return " ".join(str(message) for message in answer.context["messages"])


def state_of(user: User) -> str:
    return Recovery.objects.filter(user=user).latest("pk").state


def test_from_the_lost_phone_to_another_second_factor(lena: User, sms: Path, noon: time_machine.Traveller) -> None:
    client = asks(lena)
    page = client.get("/lost-factor/").content.decode()
    assert "The service desk calls you back" in page
    assert "every contact of the account is told" in desk_verifies(lena)
    noon.shift(DAY - timedelta(minutes=1))
    end_due(timezone.now())
    assert TotpDevice.objects.filter(user=lena).exists()
    noon.shift(timedelta(minutes=1))
    assert end_due(timezone.now()) == 1
    assert not TotpDevice.objects.filter(user=lena).exists()
    assert state_of(lena) == RecoveryState.DONE
    type_password(client, lena)
    assert client.get("/login/second-factor/")["Location"] == "/login/set-up/"
    assert client.get("/login/set-up/").status_code == 200
    assert told("lena@example.org")[-1] == "Your second factor at PACSonWEB"


def test_the_work_that_is_due_is_named_in_the_settings(lena: User, noon: time_machine.Traveller) -> None:
    asks(lena)
    desk_verifies(lena)
    noon.shift(DAY)
    done = {work.name: work.count for work in run_due(timezone.now())}
    assert done["recoveries ended"] == 1


def test_where_nothing_runs_in_the_background_she_ends_the_wait_herself(
    lena: User, noon: time_machine.Traveller
) -> None:
    asks(lena)
    desk_verifies(lena)
    noon.shift(DAY)
    client = Client()
    type_password(client, lena)
    assert "The wait is over" in client.get("/lost-factor/").content.decode()
    assert TotpDevice.objects.filter(user=lena).exists()
    assert client.post("/lost-factor/")["Location"] == "/login/set-up/"
    assert client.get("/login/set-up/").status_code == 200
    assert not TotpDevice.objects.filter(user=lena).exists()


def test_a_backup_code_comes_first(lena: User) -> None:
    client = Client()
    type_password(client, lena)
    assert "backup code" not in client.get("/lost-factor/").content.decode()
    codes = make_backup_codes(lena, VISITOR, timezone.now())
    page = client.get("/lost-factor/").content.decode()
    assert "/login/second-factor/?way=backup_code" in page
    client.post("/login/second-factor/?way=backup_code", {"way": "backup_code", "code": codes[0]})
    assert is_in(client) == lena.uuid


def test_everything_goes_and_every_session_ends(lena: User, noon: time_machine.Traveller) -> None:
    phone_of(lena)
    make_backup_codes(lena, VISITOR, timezone.now())
    thief = Client()
    asks(lena)
    desk_verifies(lena)
    noon.shift(DAY)
    log_in(thief, lena)
    end_due(timezone.now())
    assert is_in(thief) is None
    assert not any(kind.objects.filter(user=lena).exists() for kind in (TotpDevice, Passkey, BackupCode))


def test_every_contact_is_told_with_a_link_of_its_own_that_stops_it(lena: User, sms: Path) -> None:
    device = phone_of(lena)
    device.number = "+32470999999"
    device.save()
    asks(lena)
    desk_verifies(lena)
    assert {text["to"] for text in texts(sms)} == {lena.phone, device.number}
    assert all("19 November 2026" in text["text"] and STOP in text["text"] for text in texts(sms))
    assert len(set(links_to(STOP))) == 2  # when it was asked for, and when it was verified
    link = texts(sms)[1]["text"].split()[-1].removeprefix("http://localhost:8000")
    owner = Client()
    owner.get(link)
    assert owner.post("/lost-factor/stop/")["Location"] == "/stopped/"
    assert state_of(lena) == RecoveryState.STOPPED


def test_what_was_stopped_never_opens(lena: User, noon: time_machine.Traveller) -> None:
    asks(lena)
    desk_verifies(lena)
    owner = Client()
    owner.get(newest(STOP))
    owner.post("/lost-factor/stop/")
    noon.shift(2 * DAY)
    assert end_due(timezone.now()) == 0
    assert TotpDevice.objects.filter(user=lena).exists()
    assert owner.post("/lost-factor/stop/").status_code == 404


def test_she_can_stop_it_before_the_service_desk_has_looked(lena: User) -> None:
    asks(lena)
    owner = Client()
    owner.get(newest(STOP))
    owner.post("/lost-factor/stop/")
    desk_verifies(lena)
    assert state_of(lena) == RecoveryState.STOPPED


def test_she_found_her_phone_and_stops_it_in_her_account(lena: User) -> None:
    client = asks(lena)
    desk_verifies(lena)
    client.post("/login/second-factor/", {"token": totp_of(lena)})
    assert "asked to remove your second factors" in client.get("/account/").content.decode()
    client.post("/account/recovery/stop/")
    assert state_of(lena) == RecoveryState.STOPPED
    assert "asked to remove" not in client.get("/account/").content.decode()


def test_asking_twice_is_asking_once(lena: User) -> None:
    client = asks(lena)
    client.post("/lost-factor/")
    asks(lena)
    assert Recovery.objects.count() == 1


def test_after_a_refusal_she_may_ask_again_three_times_a_day(lena: User) -> None:
    for _ in range(3):
        client = asks(lena)
        recovery = Recovery.objects.latest("pk")
        as_(service_desk()).post(address(recovery, "do/refuse"), {"refuse-reason": "nobody answered"})
        assert state_of(lena) == RecoveryState.REFUSED
    assert client.post("/lost-factor/").status_code == 429
    assert Recovery.objects.count() == 3


def test_what_nobody_verified_within_a_fortnight_is_over(lena: User, noon: time_machine.Traveller) -> None:
    asks(lena)
    noon.shift(ASKED_LASTS)
    assert end_due(timezone.now()) == 1
    assert state_of(lena) == RecoveryState.REFUSED
    assert TotpDevice.objects.filter(user=lena).exists()


def test_an_account_that_was_closed_meanwhile_keeps_what_it_has(lena: User, noon: time_machine.Traveller) -> None:
    asks(lena)
    desk_verifies(lena)
    User.objects.filter(pk=lena.pk).update(is_active=False)
    noon.shift(DAY)
    end_due(timezone.now())
    assert state_of(lena) == RecoveryState.REFUSED
    assert TotpDevice.objects.filter(user=lena).exists()


def test_the_wait_is_a_setting(lena: User, settings: LazySettings, noon: time_machine.Traveller) -> None:
    settings.RECOVERY_DELAY = timedelta(hours=48)
    asks(lena)
    desk_verifies(lena)
    noon.shift(DAY)
    assert end_due(timezone.now()) == 0
    noon.shift(DAY)
    assert end_due(timezone.now()) == 1


def test_the_log_says_what_happened_and_how_she_was_verified(lena: User, noon: time_machine.Traveller) -> None:
    asks(lena)
    desk_verifies(lena)
    noon.shift(DAY)
    end_due(timezone.now())
    rows = AuditEvent.objects.filter(details__has_key="recovery").order_by("pk")
    assert [row.action for row in rows] == [
        AuditAction.RECOVERY_ASKED,
        AuditAction.RECOVERY_DECIDED,
        AuditAction.RECOVERY_ENDED,
    ]
    assert rows[1].details["words"] == HOW
    assert AuditEvent.objects.filter(action=AuditAction.FACTOR_REMOVED).exists()
