"""A lost code, an expired code, what stands beside the letter, and the end of a visit: on a phone and on a desk."""

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

from accounts.audit.actor import SYSTEM, Actor, ActorKind
from accounts.models import Session
from portal.demo.phantoms.files import Named
from portal.demo.phantoms.series import Detail
from studies.access import account_viewer, open_images
from studies.access_codes import IssuedCode, issue
from studies.institutions.services import found_institution
from studies.models import AccessCode, ParticipantRole, Patient, ReportStatus, Study
from studies.participants.services import name_participant
from studies.reports.services import receive
from studies.rescue.handling import handle_due
from tests.browser.conftest import DESKTOP, PHONE, PageMaker, accessible_without_scripts, assert_accessible, photograph
from tests.browser.physicians import Served
from tests.browser.test_patient import come_in, fits
from tests.factories import PhysicianFactory
from tests.factories.imaging import ct, delivered

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

WIDTHS = pytest.mark.parametrize("width", [PHONE, DESKTOP])


@dataclass(frozen=True)
class Door:
    """Anna's letter, whose report opens in six days; her hospital has her number and address."""

    address: str
    letter: IssuedCode
    study: Study
    sms: Path


@pytest.fixture
def door(live_server: LiveServer, settings: LazySettings, tmp_path: Path) -> Door:
    settings.SMS_URL = f"file://{tmp_path}"
    now = timezone.now()
    hospital = found_institution(
        slug="az", name="AZ Sint-Example", city="Brussels", desk_phone="+32 2 555 01 00", actor=SYSTEM, at=now
    )
    study = delivered(hospital, ct(Detail(scale=0.5, most_pictures=5)), Named("Maes^Karel^^Dr"))
    Patient.objects.update(mobile="+32470123447", mail="anna@example.org")
    receive(study.request, ReportStatus.FINAL, "FINDINGS\nNormal.", "Dr E. Lambert", SYSTEM, now - timedelta(days=1))
    requester = PhysicianFactory(user__first_name="Lena", user__last_name="Dubois")
    name_participant(study.request, ParticipantRole.REQUESTER, requester, SYSTEM, now)
    open_images(
        account_viewer(Actor(ActorKind.ACCOUNT, requester.user.uuid, device="computer"), by_sms=False), study.uuid, now
    )
    return Door(live_server.url, issue(study.request, SYSTEM, now), study, tmp_path / "sms.jsonl")


def lost(page: Page, contact: str, year: str = "1951") -> None:
    form = page.locator("form[action='/patient/lost/']")
    for name, value in (("contact", contact), ("day", "14"), ("month", "9"), ("year", year)):
        form.locator(f"[name={name}]").fill(value)
    form.get_by_role("button").click()


@WIDTHS
@pytest.mark.parametrize("javascript", [True, False])
def test_a_lost_code_is_replaced_on_the_phone_that_the_hospital_knows(
    door: Door, page_at: PageMaker, width: int, javascript: bool
) -> None:
    page = page_at(width, javascript=javascript)
    page.goto(door.address)
    page.get_by_role("link", name="I lost my code, or it no longer works").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Another code")
    if javascript:
        assert_accessible(page)
    photograph(page, f"lost-{width}")
    lost(page, "my telephone")
    expect(page.get_by_role("alert").get_by_role("link", name="This is neither a number")).to_be_visible()
    lost(page, "0470 12 34 47")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your messages")
    assert fits(page)
    if javascript:
        assert_accessible(page)
    photograph(page, f"lost-asked-{width}")

    handle_due(timezone.now())
    message = json.loads(door.sms.read_text().splitlines()[-1])
    code = re.search(r"([0-9A-Z]{4}-){2}[0-9A-Z]{4}", message["text"])
    assert code
    page.get_by_role("link", name="Type the new code").click()
    come_in(page, code[0])
    expect(page).to_have_url(re.compile("/patient/request/$"))
    assert AccessCode.objects.get(pk=door.letter.code.pk).revoked_at is not None


@WIDTHS
def test_an_expired_code_offers_another(door: Door, page_at: PageMaker, width: int) -> None:
    AccessCode.objects.update(expires_at=timezone.now() - timedelta(days=1))
    page = page_at(width)
    page.goto(f"{door.address}/patient/")
    come_in(page, door.letter.text)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your code has expired")
    expect(page.get_by_label("Year")).to_have_value("1951")
    assert_accessible(page)
    photograph(page, f"expired-{width}")
    assert fits(page)
    page.get_by_label("Your mobile number or mail address").fill("anna@example.org")
    page.get_by_role("button", name="Send me a new code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your messages")


@WIDTHS
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_beside_the_letter(door: Door, page_at: PageMaker, width: int, scheme: str) -> None:
    page = page_at(width, scheme)
    page.goto(f"{door.address}/patient/")
    come_in(page, door.letter.text, day="15")
    come_in(page, door.letter.text)
    said = page.locator(".ahead, .sheet__aside").get_by_text("Report, from").locator("visible=true")
    expect(said.first).to_be_in_viewport()
    assert_accessible(page)
    photograph(page, f"beside-{width}-{scheme}")
    if width == PHONE:
        page.get_by_role("link", name="Why, and what is ready").click()
        expect(page.get_by_text("This hospital shows every report after 7 days")).to_be_in_viewport()
    page.get_by_role("button", name="by SMS to ••• 47").click()
    expect(page.get_by_text("You get an SMS to ••• 47 when it is there.")).to_be_visible()
    page.get_by_role("button", name="I open this for someone else").click()
    expect(page.get_by_text("You open this for someone else")).to_be_in_viewport()
    page.get_by_text("Who looked", exact=True).click()
    expect(page.locator(".looks").get_by_text("Dr Lena Dubois")).to_be_visible()
    expect(page.get_by_text("typed a wrong date of birth")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Put the day in my calendar").click()
    assert download.value.suggested_filename == "calendar.ics"
    page.get_by_text("Something is not right?").click()
    assert_accessible(page)
    photograph(page, f"beside-open-{width}-{scheme}")
    assert fits(page)

    page.get_by_role("link", name="Stop this person seeing it").click()
    assert_accessible(page)
    photograph(page, f"stop-{width}-{scheme}")
    page.get_by_role("button", name="Send to the desk").click()
    expect(page.get_by_text("The desk of your hospital has your message.")).to_be_visible()
    page.wait_for_load_state("networkidle")


def test_beside_the_letter_nothing_needs_javascript(door: Door, page_at: PageMaker) -> None:
    page = page_at(PHONE, javascript=False)
    page.goto(f"{door.address}/patient/")
    come_in(page, door.letter.text)
    expect(page.get_by_text("This page stays open until")).to_be_visible()
    page.get_by_text("Who looked", exact=True).click()
    expect(page.get_by_text("You, on this visit")).to_be_visible()
    page.get_by_text("Something is not right?").click()
    page.get_by_role("link", name="Something is wrong in my data").click()
    page.get_by_role("button", name="Send to the desk").click()
    expect(page.get_by_role("alert")).to_contain_text("Write in a few words what is wrong.")
    page.get_by_label("Your message").fill("My name is Pieters.")
    photograph(page, "wrong-data")
    page.get_by_role("button", name="Send to the desk").click()
    expect(page.get_by_text("The desk of your hospital has your message.")).to_be_visible()


def test_without_scripts_it_is_accessible_too(door: Door, page_at: PageMaker) -> None:
    page = page_at(PHONE)
    accessible_without_scripts(page)
    page.goto(f"{door.address}/patient/")
    come_in(page, door.letter.text)
    expect(page.get_by_text("This page stays open until")).to_be_visible()
    assert_accessible(page)


@WIDTHS
def test_the_end_of_a_visit_is_announced_and_one_key_puts_it_off(door: Door, page_at: PageMaker, width: int) -> None:
    page = page_at(width)
    page.clock.install()
    page.goto(f"{door.address}/patient/")
    come_in(page, door.letter.text)
    all_is_there(page)
    summary = page.get_by_text("Who looked", exact=True)
    summary.focus()
    dialog = page.get_by_role("alertdialog", name="Are you still there?")

    last_seen(minutes_ago=10)
    with page.expect_response("**/stay/"):
        page.clock.fast_forward("28:01")
    expect(dialog).to_be_hidden()  # another tab was active meanwhile

    two_minutes_are_left(page)
    expect(page.get_by_role("button", name="Stay")).to_be_focused()
    assert_accessible(page)
    photograph(page, f"timeout-{width}")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(summary).to_be_focused()
    assert timezone.now() - Session.objects.get(kind="patient").last_seen_at < timedelta(minutes=1)

    two_minutes_are_left(page)
    last_seen(minutes_ago=30)
    page.clock.fast_forward("02:05")
    expect(page).to_have_url(re.compile("/patient/$"))
    expect(page.get_by_text("You were logged out after 30 minutes without activity.")).to_be_visible()


def test_the_end_of_the_longest_visit_is_announced_and_cannot_be_put_off(door: Door, page_at: PageMaker) -> None:
    page = page_at(PHONE)
    page.goto(f"{door.address}/patient/")
    come_in(page, door.letter.text)
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    Session.objects.update(created_at=timezone.now() - timedelta(hours=3, minutes=58, seconds=5))
    page.reload()
    dialog = page.get_by_role("alertdialog", name="Your visit ends in two minutes")
    expect(dialog).to_be_visible()
    assert_accessible(page)
    photograph(page, "timeout-last")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()


def test_a_physicians_visit_is_announced_too(door: Door, page_at: PageMaker) -> None:
    physician = PhysicianFactory()
    page = page_at(DESKTOP, "dark")
    page.clock.install()
    Served(door.address).logged_in(page, physician.user).goto(f"{door.address}/studies/")
    all_is_there(page)
    two_minutes_are_left(page)
    photograph(page, "timeout-physician")
    page.keyboard.press("Escape")
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    assert timezone.now() - Session.objects.get(kind="account").last_seen_at < timedelta(minutes=1)


def all_is_there(page: Page) -> None:
    """The script watches over the visit's end, and no picture is on its way: each would say that somebody looks."""
    expect(page.locator("[data-timeout-line]")).to_be_hidden()
    page.wait_for_load_state("networkidle")


def two_minutes_are_left(page: Page) -> None:
    """The page's clock runs ahead until it has asked the server and says so."""
    last_seen(minutes_ago=28)
    dialog = page.get_by_role("alertdialog", name="Are you still there?")
    for _ in range(10):
        page.clock.fast_forward("28:01")
        page.wait_for_timeout(300)
        if dialog.is_visible():
            return
    expect(dialog).to_be_visible()


def last_seen(minutes_ago: int) -> None:
    """The server has not seen this browser for so long."""
    Session.objects.update(last_seen_at=timezone.now() - timedelta(minutes=minutes_ago, seconds=1))
