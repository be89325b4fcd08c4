"""A patient of 75, alone with a phone: nothing more asked, a token by SMS, a token by mail, a slip."""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from accounts.audit.actor import SYSTEM
from portal.demo.phantoms.files import Named
from studies.access_codes.services import issue
from studies.access_codes.slips import issue_slip
from studies.institutions.services import found_institution
from studies.models import AccessCode, Institution, PatientSecondFactor, Request
from tests.browser.conftest import DESKTOP, PHONE, PageMaker, assert_accessible, photograph
from tests.browser.test_patient import come_in, fits
from tests.factories.imaging import ct, delivered

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]
NONE, OTP, SMS = PatientSecondFactor.NONE, PatientSecondFactor.OTP, PatientSecondFactor.SMS


@dataclass(frozen=True)
class Door:
    """Where the portal is, the code on Anna's letter, and where her messages lie."""

    address: str
    request: Request
    messages: Path

    def asks(self, factor: PatientSecondFactor, **settings: object) -> str:
        """The code of a new letter, after the hospital asks for this."""
        Institution.objects.update(patient_second_factor=factor, **settings)
        self.request.institution.refresh_from_db()
        return issue(self.request, SYSTEM, timezone.now()).text

    def token(self, factor: PatientSecondFactor) -> str:
        if factor is SMS:
            text = json.loads((self.messages / "sms.jsonl").read_text().splitlines()[-1])["text"]
        else:
            newest = max(self.messages.glob("*.log"), key=lambda file: file.stat().st_mtime_ns)
            text = newest.read_text().split("\n\n", 1)[1]
        found = re.search(r"\d{6}", text)
        assert found
        return found.group()


@pytest.fixture
def door(live_server: LiveServer, settings: LazySettings, tmp_path: Path) -> Door:
    settings.SMS_URL = f"file://{tmp_path}"
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    hospital = found_institution(
        slug="az",
        name="AZ Sint-Example",
        city="Brussels",
        desk_phone="+32 2 555 01 00",
        actor=SYSTEM,
        at=timezone.now(),
    )
    request = delivered(hospital, ct(), Named("Dubois^Lena^^Dr")).request
    patient = request.patient
    patient.mobile, patient.mail = "+32470123447", "anna.peeters@mail.example"
    patient.save()
    return Door(live_server.url, request, tmp_path)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("factor", [NONE, OTP, SMS])
def test_a_patient_comes_in(
    door: Door, page_at: PageMaker, factor: PatientSecondFactor, javascript: bool, width: int
) -> None:
    page = page_at(width, javascript=javascript)
    page.goto(door.address)
    come_in(page, door.asks(factor))
    if factor is not NONE:
        expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
        expect(page.get_by_text("••• 47" if factor is SMS else "a•••@m•••.example").first).to_be_visible()
        field = page.get_by_label("Token")
        expect(field).to_have_attribute("autocomplete", "one-time-code")
        expect(field).to_be_in_viewport()
        if javascript:
            assert_accessible(page)
        photograph(page, f"token-{factor.value}-{width}{'' if javascript else '-without-javascript'}")
        assert fits(page)
        token = door.token(factor)
        field.fill(f"{token[:3]} {token[3:]}")
        page.get_by_role("button", name="See my images").click()
    expect(page).to_have_url(re.compile("/patient/request/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("CT head")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_goes_wrong_is_said_and_helped(door: Door, page_at: PageMaker, width: int, scheme: str) -> None:
    page = page_at(width, scheme)
    page.goto(door.address)
    come_in(page, door.asks(SMS, mail_when_sms_fails=True))
    page.get_by_label("Token").fill("12345")
    page.get_by_role("button", name="See my images").click()
    page.get_by_role("alert").get_by_role("link", name="A token has 6 digits").click()
    expect(page.get_by_label("Token")).to_be_focused()
    wrong = f"{(int(door.token(SMS)) + 1) % 1_000_000:06d}"
    page.get_by_label("Token").fill(wrong)
    page.get_by_role("button", name="See my images").click()
    expect(page.get_by_role("alert")).to_contain_text("This token is not right.")
    assert_accessible(page)
    photograph(page, f"token-wrong-{width}-{scheme}")
    assert fits(page)

    page.get_by_role("button", name="None of these is mine").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please call the desk")
    expect(page.get_by_role("link", name="+32 2 555 01 00")).to_be_visible()
    assert_accessible(page)
    photograph(page, f"token-not-mine-{width}-{scheme}")
    page.get_by_role("link", name="Back").click()

    page.get_by_role("button", name="Send a mail to").click()
    expect(page.get_by_text("We sent a mail to")).to_be_visible()
    page.get_by_label("Token").fill(door.token(OTP))
    page.get_by_role("button", name="See my images").click()
    expect(page).to_have_url(re.compile("/patient/request/$"))


def test_the_wait_counts_down_and_ends(door: Door, page_at: PageMaker) -> None:
    page = page_at(PHONE)
    page.clock.install()
    page.goto(door.address)
    come_in(page, door.asks(SMS))
    expect(page.get_by_text(re.compile(r"another one in \d+ seconds"))).to_be_visible()
    page.wait_for_load_state()  # the countdown has begun
    page.clock.run_for(timedelta(seconds=31) // timedelta(milliseconds=1))
    expect(page.get_by_text("You can ask for another one. Only the newest one works.")).to_be_visible()
    expect(page.get_by_text(re.compile(r"another one in \d+ seconds"))).to_be_hidden()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_after_paying_a_button_sends_the_token(door: Door, page_at: PageMaker, width: int) -> None:
    page = page_at(width, javascript=False)
    page.goto(door.address)
    come_in(page, door.asks(SMS, price_minor=500, free_copy_text="Ask at the desk."))
    expect(page).to_have_url(re.compile("/patient/payment/$"))
    photograph(page, f"token-ahead-{width}")
    AccessCode.objects.update(settled_at=timezone.now())
    page.goto(f"{door.address}/patient/token/")
    photograph(page, f"token-button-{width}")
    page.get_by_role("button", name="Send me the text message").click()
    page.get_by_label("Token").fill(door.token(SMS))
    page.get_by_role("button", name="See my images").click()
    expect(page).to_have_url(re.compile("/patient/request/$"))


def test_a_slip_is_typed_where_no_message_can_come(door: Door, page_at: PageMaker) -> None:
    page = page_at(PHONE)
    page.goto(door.address)
    code = door.asks(OTP, otp_by_mail=False)
    come_in(page, code)
    expect(page.get_by_role("link", name="+32 2 555 01 00")).to_be_visible()
    assert_accessible(page)
    photograph(page, f"token-no-way-{PHONE}")
    [password, *_] = issue_slip(AccessCode.objects.get(), SYSTEM, timezone.now())
    page.reload()
    photograph(page, f"token-slip-{PHONE}")
    page.get_by_label("Password from your slip").fill(password)
    page.get_by_role("button", name="See my images").click()
    expect(page).to_have_url(re.compile("/patient/request/$"))
