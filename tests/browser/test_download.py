"""Taking the images home: the patient sees how large they are, downloads them, and opens them without a network."""

import zipfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.audit.actor import SYSTEM
from portal.demo.phantoms.files import Named
from portal.demo.phantoms.series import Detail
from studies.access_codes.services import issue
from studies.institutions.services import found_institution
from studies.models import ReportStatus
from studies.reports.services import receive
from tests.browser.conftest import DESKTOP, PHONE, PageMaker, assert_accessible, photograph
from tests.factories.imaging import ct, delivered

from .test_patient import come_in

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

SCRIPT = "<img src=https://elsewhere.example/x onerror=alert(1)>"


@dataclass(frozen=True)
class Home:
    """Where the portal is, and a code for images whose files say hostile things."""

    address: str
    code: str


@pytest.fixture
def home(live_server: LiveServer) -> Home:
    now = timezone.now()
    hospital = found_institution(slug="az", name="AZ Sint-Example", city="Brussels", actor=SYSTEM, at=now)
    study = delivered(hospital, ct(Detail(scale=0.5, most_pictures=5)), Named("Dubois^Lena^^Dr"))
    series = study.series.order_by("number").last()
    assert series is not None
    series.description = SCRIPT
    series.save()
    receive(study.request, ReportStatus.FINAL, "Findings: normal.", "Dr E. Lambert", SYSTEM, now - timedelta(days=8))
    return Home(live_server.url, issue(study.request, SYSTEM, now).text)


def downloaded(page: Page, home: Home, what: str, into: Path) -> Path:
    """The folder that somebody has after they downloaded and unpacked it."""
    page.goto(f"{home.address}/patient/")
    come_in(page, home.code)
    keep = page.get_by_role("region", name="Keep or share")
    expect(keep).to_contain_text("not locked")
    link = keep.get_by_role("link", name=what)
    expect(link).to_contain_text("B")  # kB or MB: the size comes first
    with page.expect_download() as begun:
        link.click()
    assert begun.value.suggested_filename in ("images-2026-11-18.zip", "pictures-2026-11-18.zip")
    with zipfile.ZipFile(begun.value.path()) as archive:
        assert archive.testzip() is None
        archive.extractall(into)
    return into


def open_offline(page: Page, folder: Path) -> list[str]:
    """Opens the page in the folder; returns what it asked for elsewhere, and what it complained about."""
    complaints: list[str] = []
    page.on("request", lambda sent: None if sent.url.startswith(("file:", "data:")) else complaints.append(sent.url))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.context.set_offline(True)
    page.goto((folder / "index.html").as_uri())
    return complaints


def expect_drawn(page: Page, selector: str) -> None:
    page.wait_for_function(
        "s => { const i = document.querySelector(s); return i.complete && i.naturalWidth > 0 }", arg=selector
    )


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")])
def test_the_patient_looks_at_the_images_at_home(
    page_at: PageMaker, home: Home, tmp_path: Path, width: int, scheme: str
) -> None:
    folder = downloaded(page_at(width, scheme), home, "Download all", tmp_path)
    page = page_at(width, scheme)
    complaints = open_offline(page, folder)
    expect(page.get_by_role("heading", level=1)).to_have_text("CT head")
    expect(page.get_by_text(SCRIPT)).to_be_visible()
    expect_drawn(page, ".stage img")
    slider = page.get_by_role("slider").first
    stage = page.locator(".stage").first.get_by_role("img")
    slider.press("Home")
    expect(stage).to_have_accessible_name("Picture 1 of 5")
    before = stage.get_attribute("src")
    slider.press("ArrowRight")
    expect(stage).to_have_accessible_name("Picture 2 of 5")
    assert stage.get_attribute("src") != before
    page.get_by_role("button", name="Previous picture").first.click()
    expect(stage).to_have_accessible_name("Picture 1 of 5")
    expect(page.get_by_role("link", name="Read the report (PDF)")).to_have_attribute("href", "report.pdf")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)
    photograph(page, f"download-offline-{width}-{scheme}")
    assert complaints == []


def test_every_picture_is_shown_without_scripts_too(page_at: PageMaker, home: Home, tmp_path: Path) -> None:
    folder = downloaded(page_at(PHONE), home, "Pictures only", tmp_path)
    page = page_at(PHONE, javascript=False)
    complaints = open_offline(page, folder)
    pictures = page.get_by_role("listitem").get_by_role("img")
    expect(pictures).to_have_count(len(list(folder.rglob("*.jpg"))))
    expect(pictures.first).to_be_visible()
    assert complaints == []


def test_a_reader_of_dutch_gets_a_page_in_dutch(page_at: PageMaker, home: Home, tmp_path: Path) -> None:
    page = page_at(DESKTOP, language="nl")
    page.goto(f"{home.address}/patient/")
    come_in(page, home.code)
    with page.expect_download() as begun:
        page.locator("a[href$='/download/pictures/']").click()
    with zipfile.ZipFile(begun.value.path()) as archive:
        assert b'<html lang="nl">' in archive.read("index.html")
