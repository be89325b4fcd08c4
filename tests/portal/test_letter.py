"""The patient's page: a letter that says whose, what, when, where, and honestly what comes when."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent
from portal.patient_request.letter import birth_of, names_of
from portal.patient_request.ready import spoken
from studies.access_codes.services import issue
from studies.institutions.services import found_institution, save_policy
from studies.models import (
    Audience,
    Institution,
    Participant,
    ParticipantRole,
    Patient,
    PolicyRule,
    ReportStatus,
    Request,
)
from studies.reports.services import receive
from tests.factories import PatientFactory, RequestFactory, StudyFactory
from tests.factories.accounts import enter_as_patient

pytestmark = pytest.mark.django_db

DAYS = timedelta(days=1)
MADE = datetime(2026, 11, 18, 8, 40, tzinfo=UTC)


@pytest.fixture
def hospital() -> Institution:
    return found_institution(slug="az", name="AZ Sint-Example", city="Brussels", actor=SYSTEM, at=MADE)


@pytest.fixture
def annas(hospital: Institution) -> Request:
    request = RequestFactory(patient=PatientFactory(institution=hospital))
    Participant.objects.create(request=request, role=ParticipantRole.REQUESTER, name="Dubois^Lena^^Dr")
    StudyFactory(request=request, performed_at=MADE, arrived_at=MADE)
    return request


def letter(client: Client, request: Request, *, images: bool = True, report: bool = True) -> str:
    code = issue(request, SYSTEM, timezone.now(), images=images, report=report).code
    enter_as_patient(client, code.uuid)
    response = client.get("/patient/request/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def report(request: Request, status: ReportStatus, text: str = "Findings: normal.", ago: timedelta = 8 * DAYS) -> None:
    receive(request, status, text, "Dr E. Lambert", SYSTEM, timezone.now() - ago)


def patients_may(hospital: Institution, **changes: bool | int) -> None:
    rule = PolicyRule.objects.get(institution=hospital, audience=Audience.PATIENT, modality="")
    for name, value in changes.items():
        setattr(rule, name, value)
    save_policy(rule, SYSTEM, timezone.now())


def test_it_says_whose_what_when_where_and_who_requested_it(client: Client, annas: Request) -> None:
    page = letter(client, annas)
    for words in (
        "<h1>CT head</h1>",
        "Anna Peeters",
        "born 14 September 1951",
        "18 November 2026",
        "AZ Sint-Example, Brussels",
        "requested by Dr Lena Dubois",
        "Your code works until",
        "Log out",
    ):
        assert words in page


def test_a_report_is_read_once_the_hospitals_days_are_over(client: Client, annas: Request) -> None:
    report(annas, ReportStatus.FINAL, ago=8 * DAYS)
    page = letter(client, annas)
    assert "<h3>Findings</h3>" in page
    assert "Dr E. Lambert" in page


def test_until_then_the_page_says_from_when_and_why(client: Client, annas: Request) -> None:
    report(annas, ReportStatus.FINAL, "Findings: a secret.", ago=1 * DAYS)
    page = letter(client, annas)
    assert "Report, from " in page
    assert "This hospital shows every report after 7 days, whatever it says." in page
    assert "a secret" not in page


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (ReportStatus.PRELIMINARY, "The radiologist is still working on it."),
        (ReportStatus.CANCELLED, "The hospital cancelled this report."),
    ],
)
def test_what_is_not_final_is_named_and_not_shown(
    client: Client, annas: Request, status: ReportStatus, said: str
) -> None:
    if status is ReportStatus.CANCELLED:
        report(annas, ReportStatus.FINAL, "Findings: a secret.", ago=9 * DAYS)
    report(annas, status, "Findings: a secret.")
    page = letter(client, annas)
    assert said in page
    assert "a secret" not in page


def test_a_corrected_report_says_that_it_was_corrected(client: Client, annas: Request) -> None:
    report(annas, ReportStatus.FINAL, "Findings: the left one.", ago=9 * DAYS)
    report(annas, ReportStatus.CORRECTED, "Findings: the right one.")
    page = letter(client, annas)
    assert "It was corrected since." in page
    assert page.index("the right one") < page.index("the left one")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"images": False}, "This hospital does not show images here."),
        ({"report": False}, "This hospital does not show reports here."),
    ],
)
def test_what_the_hospital_does_not_show_is_said(
    client: Client, hospital: Institution, annas: Request, rule: dict[str, bool], said: str
) -> None:
    patients_may(hospital, **rule)
    assert said in letter(client, annas)


def test_what_is_not_there_is_said_before_what_is(client: Client, hospital: Institution, annas: Request) -> None:
    report(annas, ReportStatus.FINAL, "Findings: normal.")
    assert "not shown here" not in letter(client, annas)
    patients_may(hospital, images=False)
    page = letter(client, annas)
    assert page.index("Images: not shown here") < page.index("What is ready") < page.index("<h3>Findings</h3>")


def test_images_may_wait_too(client: Client, hospital: Institution, annas: Request) -> None:
    annas.studies.update(arrived_at=timezone.now())
    patients_may(hospital, images_hours=36)
    page = letter(client, annas)
    assert "Images, from " in page
    assert "This hospital shows all images after 36 hours, whatever they show." in page


@pytest.mark.parametrize(
    ("opens", "said"),
    [({"images": False}, "Your code does not open them."), ({"report": False}, "Your code does not open it.")],
)
def test_a_code_may_open_less(client: Client, annas: Request, opens: dict[str, bool], said: str) -> None:
    assert said in letter(client, annas, **opens)


def test_two_studies_of_a_request_are_told_apart_and_their_report_is_shown_once(client: Client, annas: Request) -> None:
    StudyFactory(request=annas, description="CT chest", performed_at=MADE + timedelta(hours=1))
    report(annas, ReportStatus.FINAL)
    page = letter(client, annas)
    assert "<h1>CT head · CT chest</h1>" in page
    assert page.index("Images: CT head") < page.index("Images: CT chest")
    assert page.count("<h3>Findings</h3>") == 1
    assert "Report: CT head" not in page, "it is about both"


def test_a_report_about_one_of_two_studies_says_so(client: Client, annas: Request) -> None:
    chest = StudyFactory(request=annas, description="CT chest", performed_at=MADE + timedelta(hours=1))
    receive(annas, ReportStatus.FINAL, "Findings: clear.", "", SYSTEM, timezone.now() - 8 * DAYS, studies=[chest])
    page = letter(client, annas)
    assert "Report: CT chest" in page
    assert "Report: CT head" in page


def test_what_is_shown_is_audited_as_a_look_once(client: Client, annas: Request) -> None:
    report(annas, ReportStatus.FINAL)
    letter(client, annas)
    client.get("/patient/request/")
    looks = AuditEvent.objects.filter(action__in=[AuditAction.LOOKED_AT_IMAGES, AuditAction.LOOKED_AT_REPORT])
    assert sorted(looks.values_list("action", flat=True)) == [
        AuditAction.LOOKED_AT_IMAGES,
        AuditAction.LOOKED_AT_REPORT,
    ]


def test_another_patients_request_is_never_in_it(client: Client, hospital: Institution, annas: Request) -> None:
    other = RequestFactory(patient=PatientFactory(institution=hospital, name_alphabetic="Maes^Karel"))
    StudyFactory(request=other, description="MR knee")
    page = letter(client, annas)
    assert "Maes" not in page
    assert "MR knee" not in page


def test_names_in_several_scripts_stand_side_by_side() -> None:
    patient = Patient(name_alphabetic="Hong^Gildong", name_ideographic="洪^吉洞", name_phonetic="홍^길동")
    assert names_of(patient) == ["Gildong Hong", "洪 吉洞", "홍 길동"]
    assert names_of(Patient(name_ideographic="山田^太郎")) == ["太郎 山田", "山田 太郎"]
    assert names_of(Patient()) == []


@pytest.mark.parametrize(
    ("known", "said"),
    [((1951, 9, 14), "14 September 1951"), ((1951, 9, None), "September 1951"), ((1951, None, None), "1951")],
)
def test_a_birth_date_is_written_as_far_as_it_is_known(known: tuple[int | None, ...], said: str) -> None:
    year, month, day = known
    assert birth_of(Patient(birth_year=year, birth_month=month, birth_day=day)) == said
    assert birth_of(Patient()) == ""


def test_waits_are_spoken_in_days_where_they_are_whole() -> None:
    hours = [timedelta(hours=hours) for hours in (1, 24, 36, 168)]
    assert [spoken(wait) for wait in hours] == ["1 hour", "1 day", "36 hours", "7 days"]
