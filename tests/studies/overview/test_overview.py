"""The list of a physician's studies."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.audit.actor import SYSTEM
from studies.access_codes.services import issue
from studies.institutions.services import save_policy
from studies.models import AppointmentRole, Audience, Institution, Participant, PolicyRule, ReportStatus
from studies.overview.listings import refresh_listings
from studies.reports.services import receive
from tests.factories import AppointmentFactory, PhysicianFactory
from tests.factories.accounts import enter_as_patient, log_in
from tests.factories.studies import NOON

from .conftest import Requested

# The session, its user, the second factor; then ids, studies, grants, reports, requesters.
QUERIES = 8


def text_of(client: Client, address: str = "/studies/") -> str:
    """What the page says, without its markup."""
    response = client.get(address)
    assert response.status_code == 200
    words = re.sub(r"<[^>]*>", " ", response.content.decode())
    return " ".join(words.split())


def patients_on(client: Client, address: str = "/studies/") -> list[str]:
    return re.findall(r'class="study__link" href="[^"]*">([^<]*)<', client.get(address).content.decode())


def test_the_newest_study_stands_first_with_all_that_a_gp_wants_to_know(browser: Client, requested: Requested) -> None:
    requested(days_ago=2, patient={"name_alphabetic": "Maes^Jan", "sex": "M"}, description="MR knee", modality="MR")
    requested(days_ago=1)
    assert patients_on(browser) == ["Peeters, Anna", "Maes, Jan"]
    text = text_of(browser)
    for words in (
        "born 14/09/1951 · F",
        "MR knee MR",
        "16/11/2026 AZ Sint-Example",
        "Dr Lena Dubois",
        "You requested it",
    ):
        assert words in text


def test_today_and_yesterday_are_called_so(browser: Client, requested: Requested) -> None:
    now = timezone.now()
    requested(days_ago=(NOON - now) / timedelta(days=1))
    requested(days_ago=(NOON - now) / timedelta(days=1) + 1)
    text = text_of(browser)
    assert re.search(r"Today \d\d:\d\d", text)
    assert re.search(r"Yesterday \d\d:\d\d", text)


def test_the_list_goes_on_after_fifty(browser: Client, requested: Requested) -> None:
    for number in range(52):
        requested(days_ago=number, patient={"name_alphabetic": f"Patient {number:02}"})
    first = browser.get("/studies/").content.decode()
    assert len(patients_on(browser)) == 50
    older = re.search(r'href="(\?after=[0-9a-f-]{36})"', first)
    assert older is not None
    assert patients_on(browser, f"/studies/{older[1]}") == ["Patient 50", "Patient 51"]
    assert "Newest studies" in text_of(browser, f"/studies/{older[1]}")


def test_one_row_costs_as_many_queries_as_many(
    browser: Client, requested: Requested, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    requested()
    browser.get("/studies/")
    with django_assert_num_queries(QUERIES):
        browser.get("/studies/")
    for number in range(20):
        requested(days_ago=number)
    with django_assert_num_queries(QUERIES):
        browser.get("/studies/")


def test_whoever_requested_nothing_reads_what_to_expect(browser: Client, requested: Requested) -> None:
    other = Client()
    log_in(other, PhysicianFactory().user)
    requested()
    assert "No studies yet" in text_of(other)
    assert "Anna" not in text_of(other)


def test_the_desk_is_shown_where_its_work_is(browser: Client) -> None:
    desk = Client()
    log_in(desk, AppointmentFactory(role=AppointmentRole.DESK).user)
    assert "No studies yet" in text_of(desk)
    assert "Go to the administration" in text_of(desk)
    assert "Go to the administration" not in text_of(browser)


def test_a_study_leaves_the_list_when_somebody_else_requested_it_after_all(
    browser: Client, requested: Requested
) -> None:
    study = requested()
    Participant.objects.filter(request=study.request).delete()
    refresh_listings(study)
    assert patients_on(browser) == []


@pytest.mark.parametrize(
    ("versions", "said"),
    [
        ([], "images report awaited"),
        ([ReportStatus.PRELIMINARY], "images preliminary report"),
        ([ReportStatus.PRELIMINARY, ReportStatus.FINAL], "images report"),
        ([ReportStatus.FINAL, ReportStatus.CORRECTED], "images report corrected"),
        ([ReportStatus.FINAL, ReportStatus.CANCELLED], "images report cancelled"),
    ],
)
def test_the_state_of_the_report_is_said(
    browser: Client, requested: Requested, versions: list[ReportStatus], said: str
) -> None:
    study = requested()
    for number, status in enumerate(versions):
        text = "" if status == ReportStatus.CANCELLED else f"Version {number}."
        receive(study.request, status, text, "Dr Lambert", SYSTEM, NOON)
    shown = text_of(browser).partition("You requested it ")[2]
    assert shown.startswith(f"{said} This page stays open until")


def test_images_that_are_awaited_or_kept_back_are_said(
    browser: Client, requested: Requested, hospital: Institution
) -> None:
    requested(arrived_at=None)
    assert "images awaited report awaited" in text_of(browser)
    rule = PolicyRule.objects.get(institution=hospital, audience=Audience.REQUESTER, modality="")
    rule.images = False
    save_policy(rule, SYSTEM, NOON)
    assert "images not shared report awaited" in text_of(browser)


def test_delays_say_the_day(browser: Client, requested: Requested, hospital: Institution) -> None:
    rule = PolicyRule.objects.get(institution=hospital, audience=Audience.REQUESTER, modality="")
    rule.report_days = 7
    save_policy(rule, SYSTEM, NOON)
    now = timezone.now()
    study = requested(days_ago=(NOON - now) / timedelta(days=1))
    receive(study.request, ReportStatus.FINAL, "No fracture.", "Dr Lambert", SYSTEM, now)
    opens = timezone.localtime(now + timedelta(days=7))
    assert f"images report from {opens:%d/%m/%Y}" in text_of(browser)


def test_names_from_files_are_words_and_never_markup(browser: Client, requested: Requested) -> None:
    requested(patient={"name_alphabetic": "<script>alert(1)</script>^<b>"}, description="<img src=x onerror=alert(1)>")
    page = browser.get("/studies/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_what_is_not_known_is_said(browser: Client, requested: Requested) -> None:
    unknown = {"birth_year": None, "birth_month": None, "birth_day": None}
    requested(patient={"name_alphabetic": "", "sex": "", **unknown})
    requested(days_ago=1, patient={"birth_month": None, "birth_day": None, "sex": "O"})
    text = text_of(browser)
    assert "Name unknown date of birth unknown CT head" in text
    assert "born 1951 CT head" in text


def test_whoever_is_not_logged_in_is_led_to_the_login(client: Client) -> None:
    response = client.get("/studies/?after=1")
    assert response.status_code == 302
    assert response["Location"] == "/login/?next=/studies/%3Fafter%3D1"


def test_a_patient_has_no_list(client: Client, requested: Requested) -> None:
    code = issue(requested().request, SYSTEM, timezone.now()).code
    enter_as_patient(client, code.uuid)
    assert client.get("/studies/")["Location"].startswith("/login/")


def test_a_page_after_something_that_is_not_theirs_is_not_found(browser: Client, requested: Requested) -> None:
    requested()
    for after in ("x", "00000000-0000-4000-8000-000000000000"):
        assert browser.get(f"/studies/?after={after}").status_code == 404
