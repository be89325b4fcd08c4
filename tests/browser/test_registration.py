"""A physician asks for an account, and the service desk decides: on a phone and at a desk, with and without scripts."""

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
from accounts.models import IdentifierKind, InvitationKind, Physician, Registration, RegistrationState, User
from accounts.registration.asking import ClaimedNumber
from accounts.registration.invited import invite
from accounts.service_desk.services import add_identifier
from tests.accounts.registration.applicants import GOOD_RIZIV, MAIL, PASSWORD, registered
from tests.browser.conftest import DESKTOP, PHONE, PageMaker, assert_accessible, photograph
from tests.browser.test_patient import fits
from tests.browser.test_staff import already_in
from tests.factories import PhysicianFactory, UserFactory
from tests.studies.institutions.staff import address, service_desk

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]
RIZIV = IdentifierKind.RIZIV
LOOKS = [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")]


@dataclass(frozen=True)
class Door:
    """Where the portal is, and where mails and text messages lie."""

    address: str
    messages: Path

    def link(self) -> str:
        """The link of the newest mail, on this server."""
        newest = max(self.messages.glob("*.log"), key=lambda file: file.stat().st_mtime_ns)
        found = re.findall(r"^\S+(/(?:register/confirm|invitation)/\S+/)$", newest.read_text(), re.MULTILINE)
        return f"{self.address}{found[-1]}"

    def token(self) -> str:
        text = json.loads((self.messages / "sms.jsonl").read_text().splitlines()[-1])["text"]
        found = re.search(r"\d{6}", text)
        assert found
        return found.group()


@pytest.fixture
def door(live_server: LiveServer, settings: LazySettings, tmp_path: Path) -> Door:
    settings.SMS_URL = f"file://{tmp_path}"
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    return Door(live_server.url, tmp_path)


def fills_in(page: Page, number: str = "1-12345-78-004", mail: str = MAIL) -> None:
    page.get_by_label("Profession").select_option(label="Physician")
    page.get_by_label("Title (if you use one)").fill("Dr")
    page.get_by_label("First name").fill("Lena")
    page.get_by_label("Last name").fill("Dubois")
    page.get_by_label("Practice or hospital").fill("Praktijk Sint-Example, Brussels")
    page.get_by_role("group", name="Your registration number").get_by_label("Number").fill(number)
    page.get_by_label("Mail address").fill(mail)
    page.get_by_label("Mobile number").fill("0470 12 34 47")


def asked_by_lena(mail: str) -> None:
    at, lena = timezone.now(), Physician().uuid
    invite(InvitationKind.DELEGATE, mail, "en", lena, "", "Dr Lena Dubois", SYSTEM, at, timedelta(days=7))


def looked_at(page: Page, name: str, scripts: bool = True) -> None:
    """Worth looking at, no wider than the window, and without a fault that axe finds (which needs scripts)."""
    photograph(page, name)
    assert fits(page)
    if scripts:
        assert_accessible(page)


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_from_the_form_to_the_wait(door: Door, page_at: PageMaker, width: int, javascript: bool) -> None:
    page = page_at(width, javascript=javascript)
    name = f"register-{width}{'' if javascript else '-without-javascript'}"
    page.goto(f"{door.address}/register/")
    looked_at(page, f"{name}-form", javascript)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("Type at least one number")
    looked_at(page, f"{name}-wrong", javascript)
    fills_in(page, "1-12345-79-004")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("do not fit together")).to_be_visible()
    expect(page.get_by_label("Last name")).to_have_value("Dubois")
    looked_at(page, f"{name}-doubtful", javascript)
    page.get_by_role("button", name="The number is right: send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your mail")
    looked_at(page, f"{name}-mail", javascript)

    page.goto(door.link())
    expect(page).to_have_url(re.compile("/register/password/$"))
    looked_at(page, f"{name}-password", javascript)
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_label("The same password again").fill("short")
    page.get_by_role("button", name="Open my account").click()
    expect(page.get_by_role("alert")).to_contain_text("too short")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Open my account").click()

    expect(page.get_by_text("+32 470 12 34 47")).to_be_visible()
    looked_at(page, f"{name}-phone", javascript)
    page.get_by_text("The number is wrong").click()
    expect(page.get_by_label("Another mobile number")).to_be_visible()
    page.get_by_label("Token").fill(door.token())
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Waiting for the service desk")).to_be_visible()
    looked_at(page, f"{name}-waiting", javascript)
    assert Registration.objects.get().state == "waiting"


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_pages_by_day_and_by_night(door: Door, page_at: PageMaker, width: int, scheme: str) -> None:
    page = page_at(width, scheme)
    name = f"register-{width}-{scheme}"
    page.goto(f"{door.address}/register/")
    page.get_by_role("button", name="Send").click()
    looked_at(page, f"{name}-wrong")
    page.goto(f"{door.address}/register/password/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This link no longer works")
    looked_at(page, f"{name}-link-over")
    page.goto(f"{door.address}/invitation/")
    looked_at(page, f"{name}-invitation-over")
    registration = registered(state=RegistrationState.ASKED, at=timezone.now())
    Registration.objects.update(question="Where do you work since May?")
    assert registration.user is not None
    already_in(page, type("Server", (), {"url": door.address}), registration.user)
    page.goto(f"{door.address}/studies/")
    looked_at(page, f"{name}-studies")
    page.get_by_role("link", name="Where my registration stands").click()
    expect(page.get_by_text("Where do you work since May?")).to_be_visible()
    looked_at(page, f"{name}-question")
    Registration.objects.update(state="refused", reason="The register does not know this number.")
    page.reload()
    looked_at(page, f"{name}-refused")
    Registration.objects.update(state="approved", decided_at=timezone.now())
    page.reload()
    looked_at(page, f"{name}-approved")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_whoever_is_invited_opens_an_account_and_confirms_a_number(
    door: Door, page_at: PageMaker, width: int, scheme: str
) -> None:
    page, name = page_at(width, scheme), f"invited-{width}-{scheme}"
    asked_by_lena("an@example.org")
    page.goto(door.link())
    expect(page.get_by_text("Dr Lena Dubois").first).to_be_visible()
    looked_at(page, f"{name}-form")
    page.get_by_label("First name").fill("An")
    page.get_by_label("Last name").fill("Peeters")
    page.get_by_label("Mobile number").fill("0470 12 34 47")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Open my account").click()

    expect(page.get_by_text("+32 470 12 34 47")).to_be_visible()
    looked_at(page, f"{name}-number")
    page.get_by_role("link", name="Do this later").click()
    expect(page.get_by_text("Your mobile number is not confirmed yet")).to_be_visible()
    looked_at(page, f"{name}-later")
    page.go_back()
    page.get_by_label("Token").fill(door.token())
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account is open")
    looked_at(page, f"{name}-open")
    assert User.objects.get(username="an@example.org").phone_confirmed_at is not None


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_a_number_that_waited_is_confirmed_from_the_account(
    door: Door, page_at: PageMaker, width: int, scheme: str
) -> None:
    page, name = page_at(width, scheme), f"number-{width}-{scheme}"
    an = UserFactory(username="an@example.org", phone="+32470123447")
    already_in(page, type("Server", (), {"url": door.address}), an)
    page.goto(f"{door.address}/account/")
    looked_at(page, f"{name}-account")
    page.get_by_role("link", name="Confirm the mobile number").click()
    page.get_by_role("button", name="Send me the text message").click()
    expect(page.get_by_role("link", name="I have another number")).to_be_visible()
    looked_at(page, f"{name}-step")
    page.get_by_label("Token").fill(door.token())
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("status")).to_have_text("Your mobile number is confirmed.")


def test_whoever_is_invited_and_has_an_account_logs_in(door: Door, page_at: PageMaker) -> None:
    UserFactory(username="has.account@example.org")
    asked_by_lena("has.account@example.org")
    page = page_at(PHONE)
    page.goto(door.link())
    looked_at(page, "invited-has.account")
    page.get_by_role("link", name="Log in", exact=True).last.click()
    expect(page).to_have_url(re.compile(r"/login/\?next=/invitation/$"))


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_service_desk_compares_and_decides(door: Door, page_at: PageMaker, width: int, scheme: str) -> None:
    numbers = (ClaimedNumber(RIZIV, "BE", GOOD_RIZIV), ClaimedNumber(IdentifierKind.BIG, "NL", "1901234560"))
    lena = registered(at=timezone.now(), numbers=numbers, phone="+33612345678")
    registered(at=timezone.now(), mail="other@example.org", first_name="Elena")
    held = PhysicianFactory(user__first_name="Lena", user__last_name="Dubois")
    add_identifier(held, "NL", IdentifierKind.BIG, "1901234560", SYSTEM, timezone.now())
    page = page_at(width, scheme)
    already_in(page, type("Server", (), {"url": door.address}), service_desk())
    name = f"registrations-{width}-{scheme}"
    page.goto(f"{door.address}{address(Registration)}")
    expect(page.get_by_role("link", name="Dr Lena Dubois")).to_be_visible()
    looked_at(page, f"{name}-list")
    page.goto(f"{door.address}{address(lena)}")
    expect(page.get_by_text("holds it")).to_be_visible()
    looked_at(page, f"{name}-facts")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("is held by")).to_be_visible()
    page.goto(f"{door.address}{address(lena.claims.get(kind='big'))}")
    looked_at(page, f"{name}-claim")
