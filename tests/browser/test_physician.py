"""A GP's visit: log in, find the study, look, read; and what each of these pages looks like."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.audit.actor import SYSTEM
from portal.demo.phantoms.series import Detail
from studies.models import ReportStatus, Study
from studies.reports.services import receive
from tests.browser.conftest import (
    DESKTOP,
    PHONE,
    PageMaker,
    accessible_without_scripts,
    assert_accessible,
    photograph,
)
from tests.factories import totp_of
from tests.factories.accounts import PASSWORD, app_of
from tests.factories.imaging import delivered, numbered, ultrasound
from tests.studies.viewer.practice import Practice, open_practice

from .physicians import Served

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

FINDINGS = """Clinical information: headache for three weeks.

Findings:
Normal grey-white differentiation. No haemorrhage, no mass effect.
Ventricles of normal size for age. Clear paranasal sinuses.

Conclusion: No acute intracranial abnormality."""
LOOKS = [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")]


@pytest.fixture
def practice(transactional_db: None) -> Practice:
    practice = open_practice(Detail(scale=0.5, most_pictures=12))
    report(practice.study, ReportStatus.FINAL, FINDINGS)
    delivered(
        practice.hospital,
        ultrasound(Detail(scale=0.25, most_pictures=6)),
        numbered(practice.gp),
        key="film",
        patient_name="Van den Broeck^Jef",
        description="Ultrasound abdomen",
    )
    return practice


def report(study: Study, status: ReportStatus, text: str) -> None:
    receive(study.request, status, text, "Dr E. Lambert", SYSTEM, timezone.now() - timedelta(hours=1))


@pytest.fixture
def served(live_server: LiveServer) -> Served:
    return Served(live_server.url)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_gp_logs_in_finds_the_study_looks_and_reads(
    practice: Practice, served: Served, page_at: PageMaker, javascript: bool
) -> None:
    app_of(practice.gp.user)
    page = page_at(PHONE, javascript=javascript)
    page.goto(f"{served.url}/studies/")
    page.get_by_label("Mail address").fill(practice.gp.user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Next").click()
    page.get_by_role("heading", name="Your token").wait_for()
    page.locator("input[name=token]").fill(totp_of(practice.gp.user))
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="Peeters, Anna").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("CT head")
    expect(page.get_by_text("No acute intracranial abnormality.")).to_be_visible()
    page.get_by_role("link", name="Full window", exact=True).click()
    expect(page.get_by_text("For viewing, not for primary diagnosis")).to_be_visible()
    page.get_by_role("link", name="Back").click()
    page.get_by_role("link", name="Report to print").click()
    expect(page.get_by_role("heading", name="Conclusion")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_is_accessible(
    practice: Practice, served: Served, page_at: PageMaker, width: int, scheme: str
) -> None:
    report(practice.study, ReportStatus.CORRECTED, FINDINGS.replace("Clear", "Opaque"))
    page = served.logged_in(page_at(width, scheme), practice.gp.user)
    page.goto(f"{served.url}/studies/")
    look_at(page, f"studies-{width}-{scheme}")
    for name in ("", "viewer/", "report/"):
        served.open(page, practice.study, name)
        page.wait_for_load_state("networkidle")
        look_at(page, f"study-{name.strip('/') or 'page'}-{width}-{scheme}")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_every_page_is_accessible_without_scripts(
    practice: Practice, served: Served, page_at: PageMaker, width: int
) -> None:
    page = served.logged_in(page_at(width), practice.gp.user)
    accessible_without_scripts(page)
    for name in ("", "viewer/"):
        served.open(page, practice.study, name)
        assert_accessible(page)


def test_the_list_of_whoever_requested_nothing_says_what_to_expect(
    practice: Practice, served: Served, page_at: PageMaker
) -> None:
    page = served.logged_in(page_at(PHONE), practice.colleague.user)
    page.goto(f"{served.url}/studies/")
    expect(page.get_by_role("heading", name="No studies yet")).to_be_visible()
    look_at(page, "studies-none-390")


def test_a_printed_report_is_the_report_and_nothing_else(
    practice: Practice, served: Served, page_at: PageMaker
) -> None:
    page = served.logged_in(page_at(), practice.gp.user)
    served.open(page, practice.study, "report/")
    page.emulate_media(media="print")
    expect(page.get_by_text("No acute intracranial abnormality.")).to_be_visible()
    expect(page.get_by_text("Anna Peeters")).to_be_visible()
    for name in ("Log out", "Back to the study", "Studies"):
        for found in page.get_by_text(name, exact=True).all():
            expect(found).to_be_hidden()
    photograph(page, "report-printed")


def test_a_picture_failing_and_one_enlarged_are_accessible_too(
    practice: Practice, served: Served, page_at: PageMaker
) -> None:
    page = served.logged_in(page_at(), practice.gp.user)
    page.route(re.compile(r"/preview-bone\.jpg$"), lambda route: route.abort())
    served.open(page, practice.study, "viewer/")
    page.get_by_role("button", name="Zoom in").click()
    assert_accessible(page)
    page.get_by_role("link", name="Bone", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    look_at(page, "viewer-failed-1280")


def look_at(page: Page, name: str) -> None:
    photograph(page, name)
    assert_accessible(page)
