"""The patient's way, in a real browser: from the letter in hand to the images and the report, and out again."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.audit.actor import SYSTEM
from portal.demo.phantoms.files import Named
from portal.demo.phantoms.series import Detail
from studies.access_codes.services import issue
from studies.institutions.services import found_institution
from studies.models import ReportStatus
from studies.reports.services import receive
from tests.browser.conftest import DESKTOP, PHONE, PageMaker, accessible_without_scripts, assert_accessible, photograph
from tests.factories import InstitutionFactory
from tests.factories.imaging import ct, delivered

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

REPORT = """Clinical information: Headache for three weeks.

FINDINGS
Normal grey-white differentiation. No haemorrhage, no mass effect. Ventricles of normal size for age.

Conclusion:
No acute intracranial abnormality.
"""


@dataclass(frozen=True)
class Door:
    """Where the portal is, and the code on Anna's letter; she was born on 14 September 1951."""

    address: str
    code: str


@pytest.fixture
def door(live_server: LiveServer) -> Door:
    now = timezone.now()
    hospital = found_institution(
        slug="az", name="AZ Sint-Example", city="Brussels", desk_phone="+32 2 555 01 00", actor=SYSTEM, at=now
    )
    InstitutionFactory(name="Clinique du Parc", city="Liège", desk_phone="+32 4 366 71 11", desk_hours="8–18")
    study = delivered(hospital, ct(Detail(scale=0.5, most_pictures=5)), Named("Dubois^Lena^^Dr"))
    receive(study.request, ReportStatus.FINAL, REPORT, "Dr E. Lambert", SYSTEM, now - timedelta(days=8))
    return Door(live_server.url, issue(study.request, SYSTEM, now).text)


def come_in(page: Page, code: str, day: str = "14", month: str = "9", year: str = "1951") -> None:
    form = page.locator("form[action='/patient/']")
    for name, value in (("code", code), ("day", day), ("month", month), ("year", year)):
        form.locator(f"[name={name}]").fill(value)
    form.get_by_role("button").click()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_patient_sees_images_and_report(door: Door, page_at: PageMaker, width: int, scheme: str) -> None:
    page = page_at(width, scheme)
    page.goto(door.address)
    assert_accessible(page)
    photograph(page, f"landing-{width}-{scheme}")

    come_in(page, door.code)
    expect(page).to_have_url(re.compile("/patient/request/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("CT head")
    expect(page.get_by_text("No acute intracranial abnormality.")).to_be_visible()
    picture = page.get_by_role("img", name="picture").first
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    expect(page.get_by_text("For viewing, not for primary diagnosis")).to_be_visible()
    expect(page.get_by_role("button", name="Log out")).to_be_in_viewport()
    assert_accessible(page)
    photograph(page, f"patient-{width}-{scheme}")
    assert fits(page)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_nothing_needs_javascript(door: Door, page_at: PageMaker, width: int) -> None:
    page = page_at(width, javascript=False)
    page.goto(door.address)
    come_in(page, door.code)
    expect(page.get_by_text("No acute intracranial abnormality.")).to_be_visible()
    shown = page.get_by_role("img", name="picture").first.get_attribute("src")
    page.get_by_role("link", name="Next picture").first.click()
    assert page.get_by_role("img", name="picture").first.get_attribute("src") != shown
    photograph(page, f"patient-{width}-without-javascript")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_text("You are logged out.")).to_be_visible()


def test_without_scripts_it_is_accessible_too(door: Door, page_at: PageMaker) -> None:
    page = page_at(PHONE)
    accessible_without_scripts(page)
    page.goto(door.address)
    come_in(page, door.code)
    expect(page.get_by_role("heading", level=1)).to_have_text("CT head")
    assert_accessible(page)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_refusal_helps(door: Door, page_at: PageMaker, width: int, scheme: str) -> None:
    page = page_at(width, scheme)
    page.goto(door.address)
    come_in(page, door.code, day="15")
    expect(page.get_by_role("heading", level=1)).to_have_text("This did not work")
    expect(page.get_by_label("Code", exact=True)).to_have_value(door.code)
    expect(page.get_by_role("link", name="+32 2 555 01 00")).to_have_attribute("href", "tel:+32-2-555-01-00")
    assert re.fullmatch(r"[A-Z]\d-\d\d", page.locator(".reference").inner_text())
    assert_accessible(page)
    photograph(page, f"refused-{width}-{scheme}")
    assert fits(page)

    come_in(page, door.code[:-1] + ("A" if door.code[-1] != "A" else "B"), day="31", month="2")
    page.get_by_role("alert").get_by_role("link", name="One character is not right.").click()
    expect(page.get_by_label("Code", exact=True)).to_be_focused()
    assert_accessible(page)
    photograph(page, f"mistyped-{width}-{scheme}")

    come_in(page, door.code)
    expect(page).to_have_url(re.compile("/patient/request/$"))


def test_after_logging_out_back_shows_nothing(door: Door, page_at: PageMaker) -> None:
    page = page_at(PHONE)
    page.goto(door.address)
    come_in(page, door.code)
    expect(page.get_by_text("Anna Peeters")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_text("You are logged out.")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Code", exact=True)).to_be_visible()
    assert "Peeters" not in page.content()
    assert "haemorrhage" not in page.content()


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_every_language_fits_a_phone(door: Door, page_at: PageMaker, language: str) -> None:
    page = page_at(PHONE, language="en")
    page.goto(door.address)
    page.get_by_role("button", name=re.compile({"nl": "Ned", "fr": "Fra", "de": "Deu", "en": "Eng"}[language])).click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    with translation.override(language):
        code, day, enter, log_out = (gettext(words) for words in ("Code", "Day", "See my images", "Log out"))
    expect(page.get_by_label(code, exact=True)).to_be_visible()
    expect(page.get_by_label(day, exact=True)).to_be_visible()
    expect(page.get_by_role("button", name=enter)).to_be_visible()
    come_in(page, door.code)
    expect(page).to_have_url(re.compile("/patient/request/$"))
    expect(page.get_by_role("button", name=log_out)).to_be_in_viewport()
    assert fits(page)
    assert_accessible(page)
    photograph(page, f"patient-{PHONE}-{language}")


def test_the_theme_is_chosen_and_kept(door: Door, page_at: PageMaker) -> None:
    page = page_at(DESKTOP, "light")
    page.goto(door.address)
    page.get_by_role("button", name="dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.goto(f"{door.address}/patient/")
    assert page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") == "rgb(15, 23, 27)"


def test_the_other_countries_are_one_tap_away(door: Door, page_at: PageMaker, settings: object) -> None:
    settings.ENVIRONMENTS = {"BE": door.address, "NL": "https://nl.example"}  # type: ignore[attr-defined]
    page = page_at(PHONE, javascript=False)
    page.goto(door.address)
    page.get_by_text("Belgium").first.click()
    expect(page.get_by_role("link", name="Netherlands")).to_be_visible()
    photograph(page, "environments")


def fits(page: Page) -> bool:
    """Nothing is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
