"""A patient with several examinations takes them all home, on a phone, over a line that breaks."""

import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent
from portal.demo.phantoms.files import Named
from portal.demo.phantoms.series import Detail
from studies.access_codes.services import issue
from studies.institutions.services import found_institution
from studies.models import ReportStatus
from studies.reports.services import receive
from tests.browser.broken_line import broken_line
from tests.browser.conftest import DESKTOP, PHONE, PageMaker, assert_accessible, photograph
from tests.factories import StudyFactory
from tests.factories.imaging import ct, delivered, ultrasound

from .test_download import expect_drawn, open_offline
from .test_patient import come_in

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

ALL = "/patient/request/download/"


@dataclass(frozen=True)
class Home:
    """Where the portal is, and a code for a CT, an ultrasound two days later, and an MRI that has not arrived."""

    address: str
    code: str


@pytest.fixture
def home(live_server: LiveServer) -> Home:
    now = timezone.now()
    hospital = found_institution(slug="az", name="AZ Sint-Example", city="Brussels", actor=SYSTEM, at=now)
    gp, detail = Named("Dubois^Lena^^Dr"), Detail(scale=0.5, most_pictures=5)
    first = delivered(hospital, ct(detail), gp)
    after = datetime(2026, 11, 20, 8, 40)  # noqa: DTZ001 - as a hospital's files say it
    delivered(hospital, ultrasound(detail), gp, key="us", order="study", description="Ultrasound abdomen", at=after)
    StudyFactory(request=first.request, description="MRI of the neck", arrived_at=None)
    receive(first.request, ReportStatus.FINAL, "Findings: normal.", "Dr E. Lambert", SYSTEM, now - timedelta(days=8))
    return Home(live_server.url, issue(first.request, SYSTEM, now).text)


@pytest.mark.parametrize(
    ("width", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")]
)
def test_the_patient_is_offered_everything_and_looks_at_it_at_home(
    page_at: PageMaker, home: Home, tmp_path: Path, width: int, scheme: str
) -> None:
    page = page_at(width, scheme)
    page.goto(f"{home.address}/patient/")
    come_in(page, home.code)
    keep = page.get_by_role("region", name="Keep or share")
    expect(keep).to_contain_text("not locked")
    expect(keep).to_contain_text("MRI of the neck")
    expect(keep).to_contain_text("it goes on where it stopped")
    keep.get_by_text("One examination by itself").click()
    expect(keep.get_by_role("heading", name="Ultrasound abdomen")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)
    photograph(page, f"keep-several-{width}-{scheme}")
    with page.expect_download() as begun:
        keep.get_by_role("link", name="Download everything").click()
    with zipfile.ZipFile(begun.value.path()) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    offline = page_at(width, scheme)
    complaints = open_offline(offline, tmp_path)
    offline.get_by_role("link", name="Ultrasound abdomen, 20 November 2026").click()
    expect(offline.get_by_role("heading", level=2, name="Ultrasound abdomen")).to_be_in_viewport()
    expect_drawn(offline, "article:nth-of-type(2) .stage img")
    expect(offline.get_by_role("region", name="Not in this download")).to_contain_text("MRI of the neck")
    assert offline.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(offline)
    photograph(offline, f"download-several-{width}-{scheme}")
    assert complaints == []


def test_a_download_over_a_line_that_breaks_twice_comes_whole_and_counts_once(page_at: PageMaker, home: Home) -> None:
    with broken_line(home.address, ALL, bytes_before=100_000, times=2) as line:
        page = page_at(PHONE)
        page.goto(f"{line.address}/patient/")
        come_in(page, home.code)
        with page.expect_download() as begun:
            page.get_by_role("link", name="Download everything").click()
        with zipfile.ZipFile(begun.value.path()) as archive:
            assert archive.testzip() is None
    first, *further = line.asked
    assert first == ""
    assert len(further) == 2
    assert all(asked.startswith("bytes=") and asked != "bytes=0-" for asked in further)
    rows = AuditEvent.objects.filter(action=AuditAction.DOWNLOADED)
    assert sorted(row.details["content"] for row in rows) == ["images", "images", "report"]  # one of each study
    assert len({row.study for row in rows}) == 3
