"""A study's own page, the full window and the report: what they show, to whom, and what they leave in the audit log."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent
from studies.access_codes.services import issue
from studies.institutions.services import save_policy
from studies.models import Audience, PolicyRule, ReportStatus, Study
from studies.reports.services import receive
from tests.factories import InstanceFactory, PhysicianFactory, SeriesFactory
from tests.factories.accounts import enter_as_patient, log_in

from .conftest import Requested
from .test_overview import text_of

REPORT = "Findings:\nNo haemorrhage.\n\nConclusion: No acute abnormality."
PAGES = ("", "viewer/", "report/")


@pytest.fixture
def study(requested: Requested) -> Study:
    made = requested()
    for number in range(3):
        InstanceFactory(series=SeriesFactory(study=made, description=f"Series {number}"))
    return made


def reported(study: Study, status: ReportStatus = ReportStatus.FINAL, text: str = REPORT) -> None:
    receive(study.request, status, text, "Dr E. Lambert", SYSTEM, timezone.now())


def of(study: Study, page: str = "") -> str:
    return f"/studies/{study.uuid}/{page}"


def withhold(study: Study, **rule: object) -> None:
    row = PolicyRule.objects.get(institution=study.institution, audience=Audience.REQUESTER, modality="")
    for name, value in rule.items():
        setattr(row, name, value)
    save_policy(row, SYSTEM, timezone.now())


@pytest.mark.parametrize("page", PAGES)
def test_the_requester_reads_who_what_where_and_the_report(browser: Client, study: Study, page: str) -> None:
    reported(study)
    text = text_of(browser, of(study, page))
    for words in ("CT head", "Anna Peeters", "born 14/09/1951", "AZ Sint-Example, Brussels", "No acute abnormality."):
        assert words in text


@pytest.mark.parametrize("page", PAGES)
def test_a_physician_who_requested_something_else_finds_nothing(study: Study, page: str) -> None:
    reported(study)
    other = Client()
    log_in(other, PhysicianFactory().user)
    assert other.get(of(study, page)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_whoever_is_not_logged_in_is_led_to_the_login(client: Client, study: Study, page: str) -> None:
    assert client.get(of(study, page))["Location"] == f"/login/?next={of(study, page)}"


@pytest.mark.parametrize("page", PAGES)
def test_a_patient_sees_them_with_the_code_and_is_led_to_the_form_after(
    client: Client, study: Study, page: str
) -> None:
    reported(study)
    withhold_nothing = PolicyRule.objects.get(institution=study.institution, audience=Audience.PATIENT, modality="")
    withhold_nothing.report_days = 0
    save_policy(withhold_nothing, SYSTEM, timezone.now())
    code = issue(study.request, SYSTEM, timezone.now()).code
    enter_as_patient(client, code.uuid)
    assert "Anna Peeters" in text_of(client, of(study, page))
    assert "All studies" not in text_of(client, of(study, page))
    code.revoked_at = timezone.now()
    code.save()
    assert client.get(of(study, page))["Location"] == "/patient/"


def test_a_withheld_study_has_a_page_that_says_why_and_nothing_behind_it(browser: Client, study: Study) -> None:
    reported(study)
    withhold(study, images=False, report=False)
    text = text_of(browser, of(study))
    assert "AZ Sint-Example does not show these images here." in text
    assert "AZ Sint-Example does not show this report here." in text
    assert "No acute abnormality." not in text
    assert browser.get(of(study, "viewer/")).status_code == 404
    assert browser.get(of(study, "report/")).status_code == 404


def test_the_full_window_without_a_report_that_may_be_read_shows_the_pictures_alone(
    browser: Client, study: Study
) -> None:
    reported(study)
    withhold(study, report=False)
    text = text_of(browser, of(study, "viewer/"))
    assert "For viewing, not for primary diagnosis" in text
    assert "No acute abnormality." not in text


def test_what_was_corrected_says_so_and_keeps_what_it_replaced(browser: Client, study: Study) -> None:
    reported(study, text="Fracture of the left wrist.")
    reported(study, ReportStatus.CORRECTED, "Fracture of the right wrist.")
    text = text_of(browser, of(study, "report/"))
    assert "This report was corrected on" in text
    assert text.index("right wrist") < text.index("1 earlier version") < text.index("left wrist")


def test_what_is_preliminary_says_so_in_words(browser: Client, study: Study) -> None:
    reported(study, ReportStatus.PRELIMINARY)
    assert "This report is preliminary." in text_of(browser, of(study, "report/"))


def test_what_was_cancelled_says_so_and_cannot_be_read(browser: Client, study: Study) -> None:
    reported(study)
    reported(study, ReportStatus.CANCELLED, "")
    assert "AZ Sint-Example cancelled this report." in text_of(browser, of(study))
    assert browser.get(of(study, "report/")).status_code == 404


def test_a_report_is_words_and_never_markup(browser: Client, study: Study) -> None:
    reported(study, text="<script>alert(1)</script>\n<b>bold</b>:\n{{ 7 }} & more")
    page = browser.get(of(study, "report/")).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "<b>bold" not in page


def test_each_look_at_images_and_report_is_audited_once(browser: Client, study: Study) -> None:
    reported(study)
    for page in ("", "viewer/", "report/", ""):
        browser.get(of(study, page))
    looks = AuditEvent.objects.filter(study=study.uuid).values_list("action", flat=True)
    assert sorted(looks) == [AuditAction.LOOKED_AT_IMAGES, AuditAction.LOOKED_AT_REPORT]


def test_one_picture_costs_as_many_queries_as_many(
    browser: Client, study: Study, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser.get(of(study))
    with django_assert_num_queries(12) as one:
        browser.get(of(study))
    series = SeriesFactory(study=study)
    for _ in range(30):
        InstanceFactory(series=series)
    with django_assert_num_queries(len(one)):
        browser.get(of(study))
