"""Whatever host a request names: every link that leaves the portal, by mail or by SMS, leads to the portal."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import Recovery, User
from studies.models import AppointmentRole, StaffInvitation
from tests.accounts.recovery.letters import newest, texts, token_in
from tests.accounts.registration.applicants import typed
from tests.factories import InstitutionFactory, UserFactory, totp_of
from tests.factories.accounts import PASSWORD, app_of, log_in
from tests.studies.institutions.staff import address, service_desk, staff

pytestmark = pytest.mark.django_db
PORTAL = "https://portal.example"
EVIL = "evil.example"


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-18T12:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def phone(settings: LazySettings, tmp_path: Path) -> Path:
    """A front server that lets any name through, and the folder of text messages."""
    settings.ALLOWED_HOSTS, settings.PUBLIC_URL = ["*"], PORTAL
    settings.SMS_URL = f"file://{tmp_path}"
    return tmp_path


def browser(header: str) -> Client:
    return Client(headers={header: EVIL})


def inside(header: str, user: User) -> Client:
    client = browser(header)
    log_in(client, user)
    return client


def asks_for_everything(header: str, lena: User, phone: Path, noon: time_machine.Traveller) -> None:
    """Each request that has a letter sent, with the host that it names."""
    browser(header).post("/reset/", {"mail": lena.username})
    browser(header).post("/reset/", {"mail": "nobody@example.org"})
    browser(header).post("/register/", typed())
    UserFactory(username="known@example.org")
    browser(header).post("/register/", typed(mail="known@example.org"))
    hers = inside(header, lena)
    hers.post("/account/mail/", {"mail": "lena.dubois@praktijk.example"})
    hers.post("/account/phone/", {"phone": "0470 12 34 48"})
    hers.post("/account/phone/token/", {"token": token_in(phone)})
    hers.post("/account/change/phone/lost/")
    half = browser(header)
    half.post("/login/", {"username": lena.username, "password": PASSWORD})
    half.post("/lost-factor/")
    desk = inside(header, service_desk())
    desk.post(address(Recovery.objects.get(), "do/verify"), {"verify-how": "Called back at the practice."})
    half.post("/login/second-factor/", {"token": totp_of(lena)})
    house = InstitutionFactory()
    invites = inside(header, staff(AppointmentRole.ADMINISTRATOR, house))
    form = {"mail": "an@example.org", "institution": house.pk, "role": "desk", "language": "en"}
    invites.post(f"{address(StaffInvitation)}add/", form)
    noon.shift(timedelta(minutes=5))
    stopping = browser(header)
    stopping.get(newest("/lost-factor/stop/link/"))
    stopping.post("/lost-factor/stop/")


@pytest.mark.parametrize("header", ["host", "x-forwarded-host", "x-forwarded-server", "forwarded"])
def test_no_letter_leads_to_the_host_that_a_request_named(
    phone: Path, header: str, noon: time_machine.Traveller
) -> None:
    lena: User = UserFactory(username="lena@example.org", phone="+32470123447", phone_confirmed_at=timezone.now())
    app_of(lena)
    asks_for_everything(header, lena, phone, noon)
    letters = [str(letter.body) for letter in mail.outbox] + [text["text"] for text in texts(phone)]
    everything = "\n".join(letters)
    paths = {re.sub(r"/[\w-]{43}/$", "/", link) for link in re.findall(r"https?://[^\s/]+(\S*)", everything)}
    for sent in ("reset/link", "register/confirm", "change/new/link", "change/stop/link", "lost-factor/stop/link"):
        assert f"/{sent}/" in paths, (sent, paths)
    assert "/invitation/" in paths
    assert set(re.findall(r"https?://[^\s/]+", everything)) == {PORTAL}
    assert EVIL not in everything
