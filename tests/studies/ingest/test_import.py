"""`import_dicom`, from a folder to the archive, through real workers."""

import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.uid import ImplicitVRLittleEndian

from accounts.audit.actor import SYSTEM
from studies.archive import files
from studies.ingest.corrections import accept_correction
from studies.models import Instance, Institution, QuarantinedFile, Study

from .arrivals import NOON

SMALL = {"CT": "CT_small.dcm", "SR": "reportsi.dcm", "plan": "rtplan.dcm"}


def bundled(name: str) -> Path:
    path = get_testdata_file(name, download=False)
    assert isinstance(path, str)
    return Path(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small medium: pictures, a report, a broken file, a ZIP, a text, a link."""
    made = tmp_path / "CD"
    made.mkdir()
    for name, source in SMALL.items():
        shutil.copy(bundled(source), made / name)
    (made / "MR-without-preamble").write_bytes(bundled("MR_small.dcm").read_bytes()[132:])
    (made / "short").write_bytes(bundled("CT_small.dcm").read_bytes()[:20_000])
    with zipfile.ZipFile(made / "more.zip", "w") as archive:
        archive.write(bundled("CT_small.dcm"), "again")
        archive.writestr("../../README", "no picture")
    (made / "empty").touch()
    (made / "README").write_text("read me")
    (made / "link").symlink_to(made / "CT")
    return made


def imported(*arguments: object, slug: str = "az-sint-example") -> dict[str, Any]:
    out = io.StringIO()
    call_command("import_dicom", *map(str, arguments), "--institution", slug, "--json", "--workers", "1", stdout=out)
    document: dict[str, Any] = json.loads(out.getvalue())
    return document


def total(document: dict[str, Any]) -> int:
    stored, duplicate = document["stored"], document["duplicate"]
    return int(stored + duplicate + len(document["quarantined"]) + len(document["skipped"]))


@pytest.mark.django_db(transaction=True)
def test_every_file_is_accounted_for(institution: Institution, folder: Path) -> None:
    document = imported(folder)

    assert set(document) == {"met", "stored", "duplicate", "quarantined", "skipped", "studies"}
    assert document["met"] == total(document) == 10
    assert document["duplicate"] == 1  # the one in the ZIP
    assert [entry["file"] for entry in document["quarantined"]] == ["CD/short"]
    skipped = {entry["file"]: entry["reason"] for entry in document["skipped"]}
    assert set(skipped) == {"CD/README", "CD/empty", "CD/link", "CD/more.zip/../../README"}
    assert all(skipped.values())
    assert document["stored"] == Instance.objects.count()
    assert len(document["quarantined"]) == QuarantinedFile.objects.count()
    assert document["studies"] == [str(uuid) for uuid in Study.objects.order_by("pk").values_list("uuid", flat=True)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("derive", ["now", "later"])
def test_importing_again_changes_nothing(institution: Institution, folder: Path, derive: str) -> None:
    first = imported(folder, "--derive", derive)
    before = sorted(path for path in Path(settings.ARCHIVE_ROOT).rglob("*") if path.is_file())
    again = imported(folder, "--derive", derive)

    assert (again["stored"], again["duplicate"]) == (0, first["stored"] + first["duplicate"])
    assert again["quarantined"] == first["quarantined"]
    assert sorted(path for path in Path(settings.ARCHIVE_ROOT).rglob("*") if path.is_file()) == before


@pytest.mark.django_db(transaction=True)
def test_originals_are_kept_bit_for_bit_and_nothing_is_left_in_staging(institution: Institution, folder: Path) -> None:
    imported(folder)
    root = Path(settings.ARCHIVE_ROOT)
    kept = {(root / instance.key / "original.dcm").read_bytes() for instance in Instance.objects.all()}
    assert bundled("CT_small.dcm").read_bytes() in kept
    assert not list((root / "staging").iterdir())


@pytest.mark.django_db(transaction=True)
def test_pixels_left_for_later_are_compared_when_it_matters(institution: Institution, folder: Path) -> None:
    """The same CT without its VRs: another file, the same picture."""
    imported(folder / "CT", "--derive", "later")
    assert Instance.objects.get().pixel_digest == ""
    encoded = folder / "CT-implicit"
    _reencoded(folder / "CT", encoded)
    assert imported(encoded, "--derive", "later")["duplicate"] == 1
    assert files.is_complete(Instance.objects.get())


@pytest.mark.django_db(transaction=True)
def test_two_encodings_in_one_delivery(institution: Institution, folder: Path) -> None:
    _reencoded(folder / "CT", folder / "CT-implicit")
    document = imported(folder / "CT", folder / "CT-implicit", "--derive", "later")
    assert (document["stored"], document["duplicate"]) == (1, 1)
    assert files.is_complete(Instance.objects.get())


@pytest.mark.django_db(transaction=True)
def test_a_corrected_name_waits_for_one_click(institution: Institution, folder: Path) -> None:
    imported(folder / "CT")
    picture = dcmread(folder / "CT")
    picture.PatientName = "Peeters^Anna"
    picture.save_as(folder / "CT-corrected")
    (entry,) = imported(folder / "CT-corrected")["quarantined"]
    assert "corrected patient data" in entry["reason"]

    accept_correction(QuarantinedFile.objects.get(), SYSTEM, NOON)
    instance = Instance.objects.get(replaced_by=None)
    assert files.original(instance).read_bytes() == (folder / "CT-corrected").read_bytes()
    assert instance.series.study.request.patient.display_name == "Anna Peeters"
    assert (imported(folder / "CT")["duplicate"], imported(folder / "CT-corrected")["duplicate"]) == (1, 1)


@pytest.mark.django_db
def test_what_the_operator_mistypes_is_said(institution: Institution, folder: Path) -> None:
    with pytest.raises(CommandError, match="no-such") as unknown:
        imported(folder, slug="no-such")
    with pytest.raises(CommandError, match="nowhere") as missing:
        imported(folder / "nowhere")
    assert (unknown.value.returncode, missing.value.returncode) == (2, 2)
    assert not Instance.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_no_reason_to_refuse_files(
    institution: Institution, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studies.ingest.importing.SPACE_LEFT", 1 << 60)
    with pytest.raises(CommandError, match="full"):
        imported(folder)
    assert not Instance.objects.exists()
    assert not QuarantinedFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_in_words_for_people(institution: Institution, folder: Path) -> None:
    out = io.StringIO()
    call_command("import_dicom", str(folder), "--institution", institution.slug, stdout=out)
    assert "skipped: CD/README: not a DICOM file" in out.getvalue()
    assert "10 met" in out.getvalue()


def _reencoded(source: Path, target: Path) -> None:
    picture = dcmread(source)
    picture.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    picture.save_as(target)
