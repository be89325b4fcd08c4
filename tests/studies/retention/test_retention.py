"""What may not be kept any longer goes, with its files; what is under legal hold stays."""

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction
from pydicom.data import get_testdata_file

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent
from studies.access_codes.services import issue
from studies.models import (
    AccessCode,
    AppointmentRole,
    Institution,
    Patient,
    QuarantinedFile,
    ReportVersion,
    Request,
    Study,
    Tombstone,
)
from studies.retention import studies as retention
from studies.retention.quarantine import forget_quarantined
from tests.factories import InstitutionFactory, ReportFactory, StudyFactory
from tests.studies.institutions.staff import address, as_, quarantined, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution() -> Institution:
    made: Institution = InstitutionFactory(slug="az", study_years=30)
    return made


def delivered(institution: Institution) -> Study:
    """A CT of 2004, examined and stored by real workers."""
    source = str(get_testdata_file("CT_small.dcm", download=False))
    arguments = (source, "--institution", institution.slug, "--json", "--workers", "1")
    call_command("import_dicom", *arguments, stdout=io.StringIO())
    return Study.objects.get()


def files() -> list[Path]:
    """Every file of a patient's that lies in the archive."""
    return [path for path in Path(settings.ARCHIVE_ROOT).rglob("*") if path.is_file() and "staging" not in path.parts]


def years_after(study: Study, years: int) -> datetime:
    return study.performed_at.replace(year=study.performed_at.year + years) + timedelta(days=1)


@pytest.fixture
def study(institution: Institution, transactional_db: None) -> Study:
    return delivered(institution)


def test_a_study_past_its_time_is_gone_for_good(study: Study) -> None:
    ReportFactory(request=study.request)
    Patient.objects.update(birth_year=1951)
    issue(Request.objects.get(), SYSTEM, study.performed_at)
    uuid = study.uuid
    assert files()
    assert retention.delete_outdated_studies(years_after(study, 29)) == 0

    assert retention.delete_outdated_studies(years_after(study, 30)) == 1
    assert not files()
    for model in (Study, Request, Patient, ReportVersion, AccessCode):
        assert not model.objects.exists()
    row = AuditEvent.objects.get(action=AuditAction.RETAINED)
    assert (row.study, row.details) == (uuid, {"reason": retention.PAST_ITS_TIME})
    assert retention.delete_outdated_studies(years_after(study, 31)) == 0


def test_a_new_delivery_obeys_the_tombstone(study: Study, institution: Institution) -> None:
    retention.delete_study(study, "asked by the patient", SYSTEM, study.performed_at)
    with pytest.raises(Study.DoesNotExist):
        delivered(institution)
    assert QuarantinedFile.objects.get().reason == "deleted"


def test_an_institution_that_says_nothing_keeps_everything(study: Study, institution: Institution) -> None:
    institution.study_years = None
    institution.save()
    assert retention.delete_outdated_studies(years_after(study, 90)) == 0


def test_legal_hold_beats_time(study: Study, institution: Institution) -> None:
    client = as_(staff(AppointmentRole.ADMINISTRATOR, institution))
    client.post(address(study.request, "do/hold"), {"hold-reason": "Court case 12"})
    assert retention.delete_outdated_studies(years_after(study, 30)) == 0
    with pytest.raises(ValidationError, match="legal hold"):
        retention.delete_study(study, "by mistake", SYSTEM, study.performed_at)

    desk = as_(staff(AppointmentRole.DESK, institution))
    assert desk.post(address(study.request, "do/release"), {"release-reason": "It is over"}).status_code == 403
    client.post(address(study.request, "do/release"), {"release-reason": "It is over"})
    assert retention.delete_outdated_studies(years_after(study, 30)) == 1


def test_the_other_study_of_a_request_keeps_it(study: Study) -> None:
    StudyFactory(request=study.request, performed_at=years_after(study, 10))
    report = ReportFactory(request=study.request)
    retention.delete_outdated_studies(years_after(study, 30))
    assert Request.objects.get().studies.count() == 1
    assert report.versions.count() == 1


def test_a_kill_before_the_files_are_gone_is_made_good(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(retention, "_clear", _killed)
        with pytest.raises(KeyboardInterrupt):
            retention.delete_study(study, "asked by the patient", SYSTEM, study.performed_at)
    assert not Study.objects.exists()
    assert files()
    assert retention.clear_leftovers(study.performed_at) == 1
    assert not files()
    assert Tombstone.objects.get().leftovers == []


def _killed(_: Tombstone) -> None:
    raise KeyboardInterrupt


def test_quarantined_files_go_after_90_days(institution: Institution) -> None:
    old, young = quarantined(institution), quarantined(institution)
    root = Path(settings.ARCHIVE_ROOT)
    for kept, name in ((old, "old"), (young, "young")):
        kept.file = f"quarantine/{name}/original.dcm"
        kept.save()
        (root / kept.file).parent.mkdir(parents=True)
        (root / kept.file).write_bytes(b"bytes")
    young.received_at = old.received_at + timedelta(days=1)
    young.save()

    at = old.received_at + timedelta(days=90)
    assert forget_quarantined(at) == 1
    assert list(QuarantinedFile.objects.all()) == [young]
    assert [path.parent.name for path in files()] == ["young"]
    assert not (root / "quarantine/old").exists()
    assert forget_quarantined(at) == 0


def test_retain_carries_all_of_it_out(institution: Institution) -> None:
    with transaction.atomic():
        quarantined(institution)
        QuarantinedFile.objects.update(received_at=datetime.fromisoformat("2020-01-01T00:00Z"))
    out = io.StringIO()
    call_command("retain", stdout=out)
    assert "quarantined files: 1" in out.getvalue()
    assert "studies past their time: 0" in out.getvalue()
    assert "leftovers of deleted studies: 0" in out.getvalue()
