"""Somebody's own files in the demo."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rich.console import Console

from accounts.audit.actor import SYSTEM
from portal.demo import accounts
from portal.demo.cast import Entry
from portal.demo.folder import bring_folder
from portal.demo.people import AZ, DUBOIS
from portal.demo.phantoms.chest import chest_x_ray
from portal.demo.phantoms.files import Named, StudyHeader, write_study
from portal.demo.phantoms.hand import hand_x_ray
from portal.demo.phantoms.series import Detail
from portal.demo.tables import entries_table
from studies.access_codes import Birth, Outcome, enter
from studies.institutions.services import found_institution
from studies.models import Listing
from tests.factories import RequestFactory

SMALL = Detail(scale=0.125, most_pictures=1)


def a_file(folder: Path, key: str, birth_date: str) -> None:
    header = StudyHeader(
        key=key,
        patient_name="Maes^Jan",
        patient_id=key,
        issuer="",
        sex="M",
        birth_date=birth_date,
        accession_number=key,
        description="X-ray",
        institution="Elsewhere",
        at=timezone.now(),
        requester=Named("Somebody^Else"),
    )
    write_study(header, (chest_x_ray if birth_date else hand_x_ray)(SMALL, 1), folder)


@pytest.mark.django_db
def test_each_request_gets_a_code_or_the_reason_why_not_and_the_practitioner_sees_both(tmp_path: Path) -> None:
    now = timezone.now()
    found_institution(slug=AZ.slug, name=AZ.name, actor=SYSTEM, at=now)
    accounts.physician(DUBOIS, now)
    a_file(tmp_path, "K1", "19700203")
    a_file(tmp_path, "K2", "")
    (tmp_path / "notes.txt").write_text("not a picture")
    heard: list[str] = []

    summary, (known, unknown) = bring_folder(tmp_path, lambda: now, lambda result: heard.append(result.name))

    assert (summary.met, summary.stored, len(summary.skipped), len(heard)) == (3, 2, 1, 3)
    assert enter(known.code, Birth(3, 2, 1970), "192.0.2.7", now).outcome is Outcome.ENTERED
    assert unknown.code == ""
    assert "date of birth is not known" in unknown.why_no_code
    assert Listing.objects.filter(physician__user__username=DUBOIS.person.username, requester=True).count() == 2

    again, entries = bring_folder(tmp_path, lambda: now, lambda result: None)
    assert (again.stored, again.duplicate) == (0, 2)
    assert [entry.code for entry in entries] == [known.code, ""]
    assert Listing.objects.count() == 2


@pytest.mark.django_db
def test_a_name_full_of_brackets_is_printed_as_it_came() -> None:
    request = RequestFactory(patient__name_alphabetic="[/bold]^[red]", description="[link=x]CT")
    table = entries_table("From [/here]", [Entry(request, "", "[no] code", "", has_something_to_see=False)])
    console = Console(width=160, record=True, file=StringIO())

    console.print(table)

    printed = console.export_text()
    assert "[red] [/bold]" in printed
    assert "[link=x]CT" in printed
    assert "[no] code" in printed


def test_a_folder_that_is_not_there_is_said_before_anything_is_done() -> None:
    with pytest.raises(CommandError, match="Not found"):
        call_command("demo", "--dicom", "/nowhere/at/all")
