"""What is in the ZIP: the originals, a directory that viewers understand, the report, pictures; and nobody's name."""

import json
import re
import zlib
from pathlib import Path

import pydicom
import pytest
from django.conf import settings
from django.test import Client
from PIL import Image

from studies.archive.layout import folder_of
from studies.models import Instance, Series
from tests.studies.viewer.practice import Practice

from .conftest import Opener
from .medium import dcmtk, file_set, files_on, records

# PS3.10 §8.5, and ISO 9660 for whoever burns it.
ON_A_MEDIUM = re.compile(r"IMAGES/S\d{4,7}/I\d{4,7}")


def original(instance: Instance) -> Path:
    return folder_of(Path(settings.ARCHIVE_ROOT), instance.key).original


def with_preamble(instance: Instance, preamble: bytes) -> None:
    """The original as a hospital would have sent it with these 128 bytes before it."""
    content = preamble.ljust(128, b"\0") + original(instance).read_bytes()[128:]
    _arrived(instance, content)


def _arrived(instance: Instance, content: bytes) -> None:
    original(instance).write_bytes(content)
    Instance.objects.filter(pk=instance.pk).update(size=len(content), crc32=zlib.crc32(content))


def test_the_originals_are_in_it_bit_for_bit(practice: Practice, gp: Client, opened: Opener) -> None:
    archive = opened(gp, practice.page("download"))
    assert archive.testzip() is None
    sent = sorted(archive.read(name) for name in archive.namelist() if name.startswith("IMAGES/"))
    assert sent == sorted(original(instance).read_bytes() for instance in Instance.objects.all())


def test_names_in_it_are_made_of_counters_alone(practice: Practice, gp: Client, opened: Opener) -> None:
    Series.objects.update(description="../../etc/Peeters")
    archive = opened(gp, practice.page("download"))
    names = archive.namelist()
    assert [name for name in names if "/" not in name] == ["index.html", "report.pdf", "DICOMDIR"]
    for name in names[3:]:
        assert ON_A_MEDIUM.fullmatch(name) or re.fullmatch(r"pictures/\d{4}/\d{4}\.jpg", name), name
    assert gp.get(practice.page("download"))["Content-Disposition"] == 'attachment; filename="images-2026-11-18.zip"'


def test_pydicom_reads_its_directory_and_finds_every_file(
    practice: Practice, gp: Client, opened: Opener, tmp_path: Path
) -> None:
    opened(gp, practice.page("download")).extractall(tmp_path)
    with file_set(tmp_path) as files:
        read = {(each.SOPInstanceUID, Path(each.path).read_bytes()) for each in files}
        for each in files:
            header = each.load()
            assert (each.StudyInstanceUID, each.PatientID) == (header.StudyInstanceUID, header.PatientID)
            assert (each.SeriesInstanceUID, each.PatientName) == (header.SeriesInstanceUID, header.PatientName)
    assert read == {(each.sop_instance_uid, original(each).read_bytes()) for each in Instance.objects.all()}


@pytest.mark.needs("dcmdump", "dcmmkdir")
def test_its_directory_says_what_dcmtk_would_say(
    practice: Practice, gp: Client, opened: Opener, tmp_path: Path
) -> None:
    opened(gp, practice.page("download")).extractall(tmp_path)
    dumped = dcmtk("dcmdump", "DICOMDIR", cwd=tmp_path)
    assert dumped.count("DirectoryRecordType") == 2 + Series.objects.count() + Instance.objects.count()
    anything = ("--general-mime", "--no-xfer-check", "--invent", "--recurse")
    dcmtk("dcmmkdir", *anything, "--output-file", "THEIRS", "IMAGES", cwd=tmp_path)
    assert records(tmp_path / "DICOMDIR") == records(tmp_path / "THEIRS")
    # dcmtk goes on with a directory only where every offset of it leads to a record.
    dcmtk("dcmmkdir", *anything, "--append", "--output-file", "DICOMDIR", "IMAGES", cwd=tmp_path)
    assert records(tmp_path / "DICOMDIR") == records(tmp_path / "THEIRS")


def test_what_made_it_a_program_is_gone_from_the_copy(practice: Practice, gp: Client, opened: Opener) -> None:
    program, tiff = Instance.objects.filter(kind="image").order_by("pk")[:2]
    with_preamble(program, b"MZ\x90\0#!/bin/sh")
    with_preamble(tiff, b"II*\0\x08\0\0\0")
    archive = opened(gp, practice.page("download"))
    assert archive.testzip() is None
    copies = [archive.read(name) for name in archive.namelist() if name.startswith("IMAGES/")]
    assert bytes(128) + original(program).read_bytes()[128:] in copies
    assert original(tiff).read_bytes() in copies


def test_a_file_without_its_first_lines_gets_them(
    practice: Practice, gp: Client, opened: Opener, tmp_path: Path
) -> None:
    bare, without_preamble = Instance.objects.filter(kind="image").order_by("pk")[:2]
    content = original(bare).read_bytes()
    group_length = int.from_bytes(content[140:144], "little")
    _arrived(bare, content[144 + group_length :])
    _arrived(without_preamble, original(without_preamble).read_bytes()[132:])
    archive = opened(gp, practice.page("download"))
    assert archive.testzip() is None
    archive.extractall(tmp_path)
    read = {pydicom.dcmread(path).file_meta.MediaStorageSOPInstanceUID for path in tmp_path.glob("IMAGES/*/*")}
    assert {bare.sop_instance_uid, without_preamble.sop_instance_uid} < read
    assert files_on(tmp_path) == Instance.objects.count()


def test_the_pictures_are_the_largest_there_are(practice: Practice, gp: Client, opened: Opener) -> None:
    for page in ("download", "download_pictures"):
        archive = opened(gp, practice.page(page))
        sizes = [Image.open(archive.open(name)).size for name in archive.namelist() if name.endswith(".jpg")]
        there = Instance.objects.filter(kind="image").values_list("columns", "rows")
        assert sorted(sizes) == sorted(there)


def test_pictures_alone_are_for_a_phone(practice: Practice, gp: Client, opened: Opener) -> None:
    archive = opened(gp, practice.page("download_pictures"))
    assert not any(name.startswith(("IMAGES", "DICOMDIR")) for name in archive.namelist())
    assert {"index.html", "report.pdf"} < set(archive.namelist())


def test_the_page_in_it_says_whose_images_they_are_and_keeps_what_came_from_outside_text(
    practice: Practice, gp: Client, opened: Opener
) -> None:
    script = "<script>alert(1)</script>"
    Series.objects.update(description=script)
    patient = practice.study.request.patient
    patient.name_alphabetic = f"{script}^Anna"
    patient.save()
    page = opened(gp, practice.page("download")).read("index.html").decode()
    assert script not in page
    assert page.count("&lt;script&gt;alert(1)") >= 2
    assert "18 November 2026" in page
    assert "AZ Sint-Example" in page
    assert "not locked" in page
    assert not re.search(r"(?:src|href)=\"(?!pictures/|report\.pdf|data:,)", page)


def test_a_document_has_a_record_of_its_kind(practice: Practice, gp: Client, opened: Opener, tmp_path: Path) -> None:
    opened(gp, practice.page("download")).extractall(tmp_path)
    kinds = [record.DirectoryRecordType for record in pydicom.dcmread(tmp_path / "DICOMDIR").DirectoryRecordSequence]
    assert kinds.count("ENCAP DOC") == 1
    assert set(kinds) == {"PATIENT", "STUDY", "SERIES", "IMAGE", "ENCAP DOC"}


def test_what_a_file_lacks_makes_its_record_a_private_one(
    practice: Practice, gp: Client, opened: Opener, tmp_path: Path
) -> None:
    document = Instance.objects.get(kind="document")
    folder_of(Path(settings.ARCHIVE_ROOT), document.key).metadata.unlink()
    opened(gp, practice.page("download")).extractall(tmp_path)
    records = pydicom.dcmread(tmp_path / "DICOMDIR").DirectoryRecordSequence
    assert [record.DirectoryRecordType for record in records].count("PRIVATE") == 1
    assert files_on(tmp_path) == Instance.objects.count()


def test_checksums_are_taken_once_and_again_for_a_picture_made_anew(
    practice: Practice, gp: Client, opened: Opener
) -> None:
    opened(gp, practice.page("download"))
    folder = folder_of(Path(settings.ARCHIVE_ROOT), Instance.objects.get(uuid=practice.instance).key)
    kept = folder.download.read_bytes()
    assert json.loads(kept)["pictures"]
    folder.preview(1).write_bytes(folder.preview(1).read_bytes() + b"\0")
    assert opened(gp, practice.page("download")).testzip() is None
    assert folder.download.read_bytes() != kept
    folder.download.write_bytes(kept[:10])  # as a power cut may leave it
    assert opened(gp, practice.page("download")).testzip() is None
