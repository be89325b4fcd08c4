"""The quarantine screen: what, why, what to do; a correction is taken over with one click."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pydicom import dcmread
from pydicom.data import get_testdata_file

from accounts.models import AuditAction, AuditEvent
from studies.admin.quarantine import WHAT_TO_DO
from studies.archive.kinds import QuarantineReason
from studies.models import AppointmentRole, Institution, Patient, QuarantinedFile
from tests.factories import InstitutionFactory

from .staff import address, as_, quarantined, staff


@pytest.fixture
def institution(db: None) -> Institution:
    made: Institution = InstitutionFactory(slug="az-sint-example")
    return made


@pytest.fixture
def administrator(institution: Institution) -> Client:
    return as_(staff(AppointmentRole.ADMINISTRATOR, institution))


@pytest.fixture
def correction(institution: Institution, tmp_path: Path) -> QuarantinedFile:
    """The same picture came twice, the second time with the patient's right name."""
    first, second = tmp_path / "first", tmp_path / "second"
    source = dcmread(str(get_testdata_file("CT_small.dcm", download=False)))
    for path, name in ((first, "Peters^Anna"), (second, "Peeters^Anna")):
        source.PatientName = name
        source.save_as(path)
    for path in (first, second):
        arguments = (str(path), "--institution", institution.slug, "--json", "--workers", "1")
        call_command("import_dicom", *arguments, stdout=io.StringIO())
    return QuarantinedFile.objects.get()


@pytest.mark.parametrize("reason", QuarantineReason)
def test_every_reason_comes_with_what_to_do(
    administrator: Client, institution: Institution, reason: QuarantineReason
) -> None:
    text = administrator.get(address(quarantined(institution, reason))).content.decode()
    assert str(reason.label) in text
    assert str(WHAT_TO_DO[reason]).replace("'", "&#x27;") in text
    assert "<button" in text
    assert "do/accept" not in text


@pytest.mark.django_db(transaction=True)
def test_one_click_takes_a_correction_over(administrator: Client, correction: QuarantinedFile) -> None:
    page = administrator.get(address(correction)).content.decode()
    assert "Name: Peters^Anna → Peeters^Anna" in page
    waiting = administrator.get("/admin/studies/quarantinedfile/", {"answer": "awaited"})
    assert list(waiting.context["cl"].result_list) == [correction]
    start = administrator.get("/admin/").content.decode()
    assert "1 waits" in start
    assert start.index('aria-label="What waits for you"') < start.index('href="/admin/studies/quarantinedfile/"')

    answer = administrator.post(address(correction, "do/accept"), follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["The correction was taken over."]
    assert Patient.objects.get().display_name == "Anna Peeters"
    row = AuditEvent.objects.get(action=AuditAction.CORRECTION_ACCEPTED)
    assert row.actor is not None
    assert "do/accept" not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_one_click_leaves_everything_as_it_is(administrator: Client, correction: QuarantinedFile) -> None:
    answer = administrator.post(address(correction, "do/refuse"), follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["Everything stays as it is."]
    assert Patient.objects.get().display_name == "Anna Peters"
    assert AuditEvent.objects.filter(action=AuditAction.CORRECTION_REFUSED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_desk_and_another_institution_decide_nothing(institution: Institution, correction: QuarantinedFile) -> None:
    other: Any = InstitutionFactory()
    for client in (
        as_(staff(AppointmentRole.DESK, institution)),
        as_(staff(AppointmentRole.ADMINISTRATOR, other)),
    ):
        assert client.post(address(correction, "do/accept")).status_code == 404
    assert QuarantinedFile.objects.get().resolution == ""
