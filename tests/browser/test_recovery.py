"""Lena forgot her password; Lena lost her phone. Told on a phone and on a desktop, with and without JavaScript."""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.audit.actor import SYSTEM
from accounts.models import Recovery, TotpDevice, User
from accounts.second_factor.services import make_backup_codes
from accounts.second_factor.totp import step_of, token_at
from tests.accounts.recovery.letters import newest
from tests.browser.conftest import (
    DESKTOP,
    PHONE,
    PageMaker,
    accessible_without_scripts,
    assert_accessible,
    photograph,
)
from tests.browser.physicians import Served
from tests.browser.test_patient import fits
from tests.factories import PhysicianFactory, totp_of
from tests.factories.accounts import PASSWORD, app_of
from tests.studies.institutions.staff import service_desk

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

LOOKS = [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")]
NEW = "copper lantern by the ferry"


@dataclass(frozen=True)
class Door:
    """Where the portal is, whose account this is about, and where her text messages lie."""

    url: str
    lena: User
    messages: Path

    def type_password(self, page: Page, password: str = PASSWORD) -> None:
        page.goto(f"{self.url}/login/")
        page.get_by_label("Mail address").fill(self.lena.username)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Next").click()

    def open_mail(self, page: Page, path: str) -> None:
        page.goto(f"{self.url}{newest(path)}")

    def newest_text(self) -> str:
        return str(json.loads(self.messages.read_text().splitlines()[-1])["text"])


@pytest.fixture
def door(live_server: LiveServer, settings: LazySettings, tmp_path: Path) -> Door:
    settings.SMS_URL = f"file://{tmp_path}"
    settings.PUBLIC_URL = live_server.url
    lena = PhysicianFactory(
        user__username="lena@example.org",
        user__first_name="Lena",
        user__last_name="Dubois",
        user__phone="+32470123447",
        user__phone_confirmed_at=timezone.now(),
    ).user
    app_of(lena)
    return Door(live_server.url, lena, tmp_path / "sms.jsonl")


def look(page: Page, name: str, width: int, scheme: str = "light", *, is_checked: bool = True) -> None:
    if is_checked:
        assert_accessible(page)
    assert fits(page)
    photograph(page, f"{name}-{width}-{scheme}")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_another_password(door: Door, page_at: PageMaker, width: int, scheme: str) -> None:
    page = page_at(width, scheme)
    page.goto(f"{door.url}/login/")
    page.get_by_role("link", name="I forgot my password").click()
    look(page, "reset", width, scheme)
    page.get_by_label("Mail address").fill("lena")
    page.get_by_role("button", name="Send me the mail").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter a valid email address.")
    page.get_by_label("Mail address").fill("Lena@example.org")
    page.get_by_role("button", name="Send me the mail").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your mail")
    look(page, "reset-sent", width, scheme)

    door.open_mail(page, "/reset/link/")
    expect(page).to_have_url(re.compile("/reset/password/$"))
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_label("The same password again").fill("short")
    page.get_by_role("button", name="Change my password").click()
    expect(page.get_by_role("alert")).to_contain_text("too short")
    look(page, "reset-password", width, scheme)
    page.get_by_label("Password", exact=True).fill(NEW)
    page.get_by_label("The same password again").fill(NEW)
    page.get_by_role("button", name="Change my password").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your password is changed")
    look(page, "reset-done", width, scheme)

    door.open_mail(page, "/reset/link/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This link no longer works")
    look(page, "reset-over", width, scheme)
    door.type_password(page, NEW)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your token")
    page.get_by_label("Token").fill(totp_of(door.lena))
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page).to_have_url(re.compile("/studies/$"))


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_another_password_without_scripts(door: Door, page_at: PageMaker, width: int) -> None:
    page = page_at(width, javascript=False)
    page.goto(f"{door.url}/reset/")
    page.get_by_label("Mail address").fill(door.lena.username)
    page.get_by_role("button", name="Send me the mail").click()
    door.open_mail(page, "/reset/link/")
    page.get_by_label("Password", exact=True).fill(NEW)
    page.get_by_label("The same password again").fill(NEW)
    page.get_by_role("button", name="Change my password").click()
    page.get_by_role("link", name="Log in", exact=True).click()
    expect(page).to_have_url(re.compile("/login/$"))
    assert User.objects.get(pk=door.lena.pk).check_password(NEW)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_from_the_lost_phone_to_the_next_login(door: Door, page_at: PageMaker, width: int, scheme: str) -> None:
    make_backup_codes(door.lena, SYSTEM, timezone.now())
    page = page_at(width, scheme)
    door.type_password(page)
    page.get_by_role("link", name="I lost my second factor").click()
    expect(page.get_by_role("link", name="Use a backup code")).to_be_visible()
    look(page, "lost-factor", width, scheme)
    page.get_by_role("button", name="Ask the service desk").click()
    expect(page.get_by_text("The service desk calls you back")).to_be_visible()
    look(page, "lost-factor-asked", width, scheme)

    the_service_desk_verifies(door, page_at, width, scheme)
    page.reload()
    expect(page.get_by_text("The service desk knows that it is you.")).to_be_visible()
    look(page, "lost-factor-verified", width, scheme)

    Recovery.objects.update(opens_at=timezone.now())  # a day later
    page.reload()
    look(page, "lost-factor-due", width, scheme)
    page.get_by_role("button", name="Set up another second factor").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
    assert not TotpDevice.objects.filter(user=door.lena).exists()
    page.get_by_role("link", name="Authenticator app").click()
    secret = page.locator(".secret code").inner_text().replace(" ", "")
    page.get_by_label("Token").fill(token_at(secret, step_of(timezone.now())))
    page.get_by_role("button", name="Ready").click()
    page.get_by_role("button", name="Log out").wait_for()
    page.goto(f"{door.url}/account/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")


def the_service_desk_verifies(door: Door, page_at: PageMaker, width: int, scheme: str) -> None:
    desk = Served(door.url).logged_in(page_at(width, scheme), service_desk())
    desk.goto(f"{door.url}/admin/accounts/recovery/")
    desk.get_by_role("link", name="Dr Lena Dubois").click()
    look(desk, "recovery-desk", width, scheme)
    desk.get_by_label("How you verified who this is").fill("Called back on the number in the public register.")
    desk.get_by_role("button", name="It is the owner: begin the wait").click()
    expect(desk.get_by_text("The wait has begun")).to_be_visible()
    desk.context.close()


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_owner_stops_it_by_the_link_on_her_phone(
    door: Door, page_at: PageMaker, width: int, javascript: bool
) -> None:
    thief = page_at(DESKTOP)
    door.type_password(thief)
    thief.get_by_role("link", name="I lost my second factor").click()
    thief.get_by_role("button", name="Ask the service desk").click()
    the_service_desk_verifies(door, page_at, DESKTOP, "light")
    page = page_at(width, javascript=javascript)
    page.goto(door.newest_text().split()[-1])
    expect(page.get_by_role("heading", level=1)).to_have_text("Was it you?")
    look(page, "stop-recovery", width, is_checked=javascript)
    page.get_by_role("button", name="Stop it: it was not me").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("It is stopped")
    look(page, "stopped", width, is_checked=javascript)
    assert Recovery.objects.get().state == "stopped"
    page.goto(door.newest_text().split()[-1])
    expect(page.get_by_role("heading", level=1)).to_have_text("This link no longer works")
    look(page, "stop-over", width, is_checked=javascript)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_without_scripts_the_pages_are_accessible_too(door: Door, page_at: PageMaker, width: int) -> None:
    page = page_at(width)
    accessible_without_scripts(page)
    page.goto(f"{door.url}/reset/")
    assert_accessible(page)
    door.type_password(page)
    page.get_by_role("link", name="I lost my second factor").click()
    assert_accessible(page)
    page.get_by_role("button", name="Ask the service desk").click()
    assert_accessible(page)
    assert timedelta(0) < timezone.now() - Recovery.objects.get().asked_at
    assert len(mail.outbox) == 1
