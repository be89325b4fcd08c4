"""Reports arrive, version by version."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent
from studies.models import Report, ReportStatus, ReportVersion, Request, Study
from studies.reports.services import ReportRefused, receive
from tests.factories import RequestFactory, StudyFactory
from tests.factories.studies import NOON

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LAMBERT = "Dr E. Lambert"


@pytest.fixture
def anna() -> Request:
    return RequestFactory()


def test_versions_follow_each_other_and_the_delay_counts_from_the_first_final_one(anna: Request) -> None:
    story = [ReportStatus.PRELIMINARY, ReportStatus.FINAL, ReportStatus.CORRECTED]
    for number, status in enumerate(story):
        _arrives(anna, status, number)
    report = Report.objects.get(request=anna)
    assert [(version.number, version.status) for version in report.versions.all()] == list(enumerate(story, 1))
    assert (report.status, report.first_final_at) == (ReportStatus.CORRECTED, NOON + HOUR)


def test_the_same_version_again_changes_nothing(anna: Request) -> None:
    first = receive(anna, ReportStatus.FINAL, "No fracture.\r\n", LAMBERT, SYSTEM, NOON)
    again = receive(anna, ReportStatus.FINAL, "No fracture.", LAMBERT, SYSTEM, NOON + HOUR)
    assert again == first
    assert AuditEvent.objects.filter(action=AuditAction.REPORT_RECEIVED).count() == 1


def test_a_report_about_one_study_is_another_than_the_one_about_all(anna: Request) -> None:
    head, chest = StudyFactory(request=anna), StudyFactory(request=anna)
    receive(anna, ReportStatus.FINAL, "Both.", LAMBERT, SYSTEM, NOON)
    receive(anna, ReportStatus.FINAL, "The head.", LAMBERT, SYSTEM, NOON, studies=[head])
    receive(anna, ReportStatus.CORRECTED, "The head, better.", LAMBERT, SYSTEM, NOON, studies=[head])
    assert [report.versions.count() for report in Report.objects.order_by("pk")] == [1, 2]
    assert list(Report.objects.order_by("pk")[1].studies.all()) == [head]
    assert chest not in Study.objects.filter(pk__in=Report.studies.through.objects.values("study"))


def test_a_report_never_names_a_study_of_another_request(anna: Request) -> None:
    with pytest.raises(ReportRefused, match="its own request"):
        receive(anna, ReportStatus.FINAL, "Whose?", LAMBERT, SYSTEM, NOON, studies=[StudyFactory()])
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("story", "words"),
    [
        ([ReportStatus.CANCELLED], "no report to cancel"),
        ([ReportStatus.FINAL, ReportStatus.PRELIMINARY], "cancel it first"),
    ],
)
def test_a_version_that_does_not_follow_is_refused(anna: Request, story: list[ReportStatus], words: str) -> None:
    *before, last = story
    for number, status in enumerate(before):
        _arrives(anna, status, number)
    with pytest.raises(ReportRefused, match=words):
        _arrives(anna, last, 9)
    assert ReportVersion.objects.count() == len(before)


def test_an_empty_report_is_refused(anna: Request) -> None:
    with pytest.raises(ReportRefused, match="empty"):
        receive(anna, ReportStatus.FINAL, " \n\x00\n", LAMBERT, SYSTEM, NOON)


def test_cancelling_forgets_the_first_final_version(anna: Request) -> None:
    for number, status in enumerate([ReportStatus.FINAL, ReportStatus.CANCELLED, ReportStatus.FINAL]):
        _arrives(anna, status, number)
    assert Report.objects.get(request=anna).first_final_at == NOON + 2 * HOUR


def test_the_audit_row_says_which_report_but_not_what_it_says(anna: Request) -> None:
    version = receive(anna, ReportStatus.FINAL, "No fracture.", LAMBERT, SYSTEM, NOON)
    row = AuditEvent.objects.get(action=AuditAction.REPORT_RECEIVED)
    assert (row.request, row.patient, row.institution) == (anna.uuid, anna.patient.uuid, anna.institution.uuid)
    assert row.details == {"report": str(version.report.uuid), "version": 1, "status": "final"}


def test_the_command_takes_an_accession_number_or_a_uuid(anna: Request, tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text("Geen fractuur.", encoding="windows-1252")
    _import(anna, anna.accession_number or "", file, "preliminary")
    _import(anna, str(anna.uuid), file, "final")
    assert [version.status for version in ReportVersion.objects.all()] == ["preliminary", "final"]


def test_the_command_reads_standard_input(anna: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO("Kein Bruch: größer.".encode())))
    _import(anna, str(anna.uuid), "-", "final")
    assert ReportVersion.objects.get().text == "Kein Bruch: größer."


def test_the_command_says_what_is_wrong_with_a_file(anna: Request, tmp_path: Path) -> None:
    picture = tmp_path / "picture.dcm"
    picture.write_bytes(b"\x00" * 128 + b"DICM")
    with pytest.raises(CommandError, match="not plain text"):
        _import(anna, str(anna.uuid), picture, "final")
    with pytest.raises(CommandError, match="No such file"):
        _import(anna, str(anna.uuid), tmp_path / "elsewhere.txt", "final")


@pytest.mark.django_db(transaction=True)
def test_deliveries_at_the_same_moment_are_one_report_with_a_version_each() -> None:
    anna = RequestFactory()

    def deliver(number: int) -> None:
        try:
            receive(anna, ReportStatus.CORRECTED, f"Version {number}.", LAMBERT, SYSTEM, NOON)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(deliver, range(8)))
    assert [version.number for version in Report.objects.get().versions.all()] == list(range(1, 9))


def _arrives(request: Request, status: ReportStatus, hours: int) -> None:
    text = "" if status == ReportStatus.CANCELLED else f"No fracture ({hours})."
    receive(request, status, text, LAMBERT, SYSTEM, NOON + hours * HOUR)


def _import(request: Request, reference: str, file: Path | str, status: str) -> None:
    call_command("import_report", reference, str(file), institution=request.institution.slug, status=status)
