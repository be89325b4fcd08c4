"""Lena's own account: the page at a glance, another number, another address, her data, and leaving."""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.audit.actor import SYSTEM
from accounts.models import ContactChange, IdentifierKind, Recovery, ThrottleCounter, User
from accounts.registration.claims import claim_identifier
from accounts.service_desk.services import add_identifier
from accounts.throttling.limits import CHALLENGE_RESEND
from studies.models import AppointmentRole
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
from tests.factories import AppointmentFactory, PhysicianFactory
from tests.factories.accounts import PASSWORD

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

LOOKS = [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")]
BOTH = pytest.mark.parametrize("width", [PHONE, DESKTOP])
NEW_PHONE = "+32470123448"


@dataclass(frozen=True)
class Home:
    """Where the portal is, whose account this is about, and where her text messages lie."""

    url: str
    lena: User
    messages: Path

    def open(self, page: Page, path: str = "/account/") -> Page:
        Served(self.url).logged_in(page, self.lena).goto(f"{self.url}{path}")
        return page

    def token(self) -> str:
        found = re.search(r"\d{6}", json.loads(self.messages.read_text().splitlines()[-1])["text"])
        assert found
        return found.group()


@pytest.fixture
def home(live_server: LiveServer, settings: LazySettings, tmp_path: Path) -> Home:
    settings.SMS_URL = f"file://{tmp_path}"
    settings.PUBLIC_URL = live_server.url
    now = timezone.now()
    dubois = PhysicianFactory(
        user__username="lena@example.org",
        user__first_name="Lena",
        user__last_name="Dubois",
        user__phone="+32470123447",
        user__phone_confirmed_at=now,
        practice="Praktijk Sint-Example\nRue Haute 1, 1000 Brussels",
        country="BE",
    )
    add_identifier(dubois, "BE", IdentifierKind.RIZIV, "11234578004", SYSTEM, now)
    claim_identifier(dubois, "NL", IdentifierKind.BIG, "12345678901", None, SYSTEM, now)
    return Home(live_server.url, dubois.user, tmp_path / "sms.jsonl")


def look(page: Page, name: str, width: int, scheme: str = "light", *, is_checked: bool = True) -> None:
    if is_checked:
        assert_accessible(page)
    assert fits(page)
    photograph(page, f"{name}-{width}-{scheme}")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_page_at_a_glance(home: Home, page_at: PageMaker, width: int, scheme: str) -> None:
    Recovery.objects.create(user=home.lena, asked_at=timezone.now())
    page = home.open(page_at(width, scheme))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    look(page, "account-recovery", width, scheme)
    page.get_by_role("button", name="Stop it").click()
    expect(page.get_by_text("The recovery is stopped.")).to_be_visible()
    page.reload()
    look(page, "account", width, scheme)

    page.get_by_label("once a day").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("once a day")).to_be_checked()

    page.get_by_role("link", name="Look and change").click()
    look(page, "account-numbers", width, scheme)
    page.get_by_role("textbox", name="Number").fill("1-23456-99-004")
    page.get_by_role("button", name="Send to the service desk").click()
    expect(page.get_by_text("Please look at the number once more.")).to_be_visible()
    look(page, "account-numbers-doubtful", width, scheme)
    page.get_by_role("button", name="Send to the service desk").click()
    expect(page.get_by_text("The service desk has your number.")).to_be_visible()

    page.goto(f"{home.url}/account/password/")
    page.get_by_role("button", name="Change my password").click()
    look(page, "account-password", width, scheme)
    page.goto(f"{home.url}/account/close/")
    look(page, "account-close", width, scheme)


@pytest.mark.parametrize("javascript", [True, False])
@BOTH
def test_another_mobile_number(home: Home, page_at: PageMaker, width: int, javascript: bool) -> None:
    page = home.open(page_at(width, javascript=javascript))
    page.get_by_role("link", name=re.compile("the mobile number")).click()
    look(page, "change-phone", width, is_checked=javascript)
    page.get_by_label("New mobile number").fill("0470 12 34 48")
    page.get_by_role("button", name="Send a token to it").click()
    expect(page.get_by_role("heading", name="The new number")).to_be_visible()
    look(page, "change-phone-token", width, is_checked=javascript)
    page.get_by_label("Token").fill("000000" if home.token() != "000000" else "000001")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert").or_(page.locator(".field__error")).first).to_contain_text("not right")
    page.get_by_label("Token").fill(home.token())
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="The old number")).to_be_visible()
    page.get_by_role("button", name="Send me the text message").click()
    expect(page.get_by_text("The last message was sent just now.")).to_be_visible()
    look(page, "change-phone-old", width, is_checked=javascript)
    ThrottleCounter.objects.filter(scope=CHALLENGE_RESEND.scope).delete()  # a minute later
    page.get_by_role("button", name="Send me the text message").click()
    page.get_by_label("Token").fill(home.token())
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("It is changed.")).to_be_visible()
    home.lena.refresh_from_db()
    assert home.lena.phone == NEW_PHONE


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_another_mail_address(home: Home, page_at: PageMaker, width: int, scheme: str) -> None:
    page = home.open(page_at(width, scheme))
    page.get_by_role("link", name=re.compile("the mail address")).click()
    look(page, "change-mail", width, scheme)
    page.get_by_label("New mail address").fill("lena.dubois@praktijk.example")
    page.get_by_role("button", name="Send both mails").click()
    expect(page.get_by_text("We sent a mail to each of the two.")).to_be_visible()
    look(page, "change-mail-waits", width, scheme)

    elsewhere = page_at(PHONE, scheme)
    elsewhere.goto(f"{home.url}{newest('/change/new/link/')}")
    look(elsewhere, "change-mail-new", PHONE, scheme)
    elsewhere.get_by_role("button", name="Yes, this is my address").click()
    look(elsewhere, "change-mail-confirmed", PHONE, scheme)
    page.reload()
    page.get_by_text("I can no longer read mail at the old address").click()
    look(page, "change-mail-lost", width, scheme)
    page.get_by_role("button", name="Go on without it").click()
    expect(page.get_by_text("It is changed on")).to_be_visible()
    look(page, "change-mail-delay", width, scheme)

    elsewhere.goto(f"{home.url}{newest('/change/old/link/')}")
    look(elsewhere, "change-mail-old", PHONE, scheme)
    elsewhere.goto(f"{home.url}{newest('/change/stop/link/')}")
    look(elsewhere, "change-mail-stop", PHONE, scheme)
    ContactChange.objects.update(opens_at=timezone.now() - timedelta(seconds=1))  # seven days later
    page.reload()
    page.get_by_role("button", name="The wait is over: change it now").click()
    expect(page.get_by_text("lena.dubois@praktijk.example")).to_be_visible()
    elsewhere.reload()
    look(elsewhere, "change-over", PHONE, scheme)


@BOTH
def test_her_data_and_the_end(home: Home, page_at: PageMaker, width: int) -> None:
    own = AppointmentFactory(user=home.lena, institution__name="AZ Sint-Example", role=AppointmentRole.ADMINISTRATOR)
    page = home.open(page_at(width, javascript=False))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my data").click()
    held = json.loads(Path(download.value.path()).read_text())
    assert held["account"]["username"] == "lena@example.org"
    page.get_by_role("link", name="Close my account").click()
    expect(page.get_by_role("alert")).to_contain_text("You are the last administrator of AZ Sint-Example.")
    photograph(page, f"account-close-held-{width}")
    AppointmentFactory(institution=own.institution, role=AppointmentRole.ADMINISTRATOR)
    page.reload()
    page.get_by_role("button", name="Close my account for good").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account is closed")
    photograph(page, f"account-closed-{width}")
    page.goto(f"{home.url}/account/")
    expect(page).to_have_url(re.compile(r"/login/\?next="))


@BOTH
def test_another_password(home: Home, page_at: PageMaker, width: int) -> None:
    page = home.open(page_at(width, javascript=False))
    page.get_by_role("link", name="Change my password").click()
    page.get_by_label("Your present password").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill("copper lantern by the ferry")
    page.get_by_label("The new password again").fill("copper lantern by the ferry")
    page.get_by_role("button", name="Change my password").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    home.lena.refresh_from_db()
    assert home.lena.check_password("copper lantern by the ferry")


@BOTH
def test_without_scripts_the_pages_are_accessible_too(home: Home, page_at: PageMaker, width: int) -> None:
    page = page_at(width)
    accessible_without_scripts(page)
    for path in ("", "password/", "numbers/", "mail/", "phone/", "close/"):
        home.open(page, f"/account/{path}")
        assert_accessible(page)
