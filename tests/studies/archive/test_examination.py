"""One file of unknown origin becomes a value that can be stored, or a reason why not."""

import zipfile
from hashlib import sha256
from pathlib import Path
from zlib import crc32

import pytest
from pydicom.data import get_testdata_file
from pydicom.uid import (
    UID,
    BasicTextSRStorage,
    DeflatedExplicitVRLittleEndian,
    EncapsulatedPDFStorage,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
)

from studies.archive.examination import examine
from studies.archive.examined import Examined, Pictures, Refused, Skipped, Source
from studies.archive.kinds import InstanceKind, PixelState, QuarantineReason
from studies.archive.layout import Folder

from .pieces import dataset, examined, gradient, outcome_of, refused, written


def bundled(name: str) -> bytes:
    return Path(str(get_testdata_file(name))).read_bytes()


def test_a_ct_slice_gets_its_pictures_and_keeps_its_bytes(tmp_path: Path) -> None:
    content = bundled("CT_small.dcm")
    outcome = examined(content, tmp_path)
    folder = Folder(tmp_path / outcome.staged)
    assert folder.original.read_bytes() == content
    assert (outcome.size, outcome.sha256, outcome.crc32) == (len(content), sha256(content).hexdigest(), crc32(content))
    assert (outcome.identity.modality, outcome.pictures.kind) == ("CT", InstanceKind.IMAGE)
    assert outcome.pictures.state is PixelState.READY
    derived = (folder.frame(1), folder.preview(1), folder.thumbnail(1), folder.metadata)
    assert all(file.stat().st_size > 0 for file in derived)
    assert not folder.full(1).exists()  # the preview is as large


def test_pictures_can_wait(tmp_path: Path) -> None:
    outcome = examined(bundled("CT_small.dcm"), tmp_path, derived=False)
    assert (outcome.pictures.state, outcome.pictures.pixel_digest) == (PixelState.PENDING, "")
    assert (outcome.pictures.frames, outcome.pictures.rows) == (1, 128)
    assert [file.name for file in (tmp_path / outcome.staged).iterdir()] == ["original.dcm"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "empty file"), (b"%PDF-1.7 not a picture", "not a DICOM file"), (b"\x08\x00", "not a DICOM file")],
)
def test_what_is_no_dicom_is_skipped_and_leaves_nothing(tmp_path: Path, content: bytes, reason: str) -> None:
    assert outcome_of(content, tmp_path) == Skipped("arrived.dcm", reason)
    assert not (tmp_path / "staged").exists()


def test_a_dicomdir_is_skipped(tmp_path: Path) -> None:
    outcome = outcome_of(bundled("dicomdirtests/DICOMDIR"), tmp_path)
    assert outcome == Skipped("arrived.dcm", "DICOMDIR: a directory of other files")


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian])
def test_the_same_picture_in_another_encoding_has_the_same_digest(tmp_path: Path, syntax: UID) -> None:
    for name in ("plain", "other"):
        (tmp_path / name).mkdir()
    plain = examined(written(dataset()), tmp_path / "plain")
    ds = dataset(gradient(dtype=">u2") if syntax == ExplicitVRBigEndian else gradient())
    ds.file_meta.TransferSyntaxUID = syntax
    other = examined(written(ds), tmp_path / "other")
    assert other.identity.transfer_syntax_uid == syntax
    assert other.pictures.pixel_digest == plain.pictures.pixel_digest
    assert other.sha256 != plain.sha256


@pytest.mark.parametrize(
    "names", [("MR_small.dcm", "MR_small_RLE.dcm", "MR_small_jp2klossless.dcm", "MR_small_jpeg_ls_lossless.dcm")]
)
def test_compressed_without_loss_is_the_same_picture(tmp_path: Path, names: tuple[str, ...]) -> None:
    digests = set()
    for name in names:
        (tmp_path / name).mkdir()
        digests.add(examined(bundled(name), tmp_path / name).pictures.pixel_digest)
    assert len(digests) == 1


def test_one_grey_level_more_is_another_picture(tmp_path: Path) -> None:
    digests = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        pixels = gradient()
        pixels[3, 3] += name == "b"
        digests.append(examined(written(dataset(pixels)), tmp_path / name).pictures.pixel_digest)
    assert digests[0] != digests[1]


def test_a_file_without_preamble_is_recognised(tmp_path: Path) -> None:
    content = written(dataset())
    assert examined(content[132:], tmp_path).pictures.state is PixelState.READY


def test_a_file_without_meta_information_is_recognised(tmp_path: Path) -> None:
    content = written(dataset())
    start = content.index(b"\x08\x00\x16\x00UI")
    assert examined(content[start:], tmp_path).identity.transfer_syntax_uid == "1.2.840.10008.1.2.1"


@pytest.mark.parametrize("missing", ["SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID"])
def test_a_file_that_does_not_say_what_it_is_is_refused_and_kept(tmp_path: Path, missing: str) -> None:
    content = written(dataset(**{missing: None}))
    outcome = refused(content, tmp_path)
    assert (outcome.reason, outcome.detail) == (QuarantineReason.INCOMPLETE, f"{missing} is missing")
    assert [file.read_bytes() for file in (tmp_path / outcome.staged).iterdir()] == [content]


def test_a_report_without_pixels_is_stored(tmp_path: Path) -> None:
    outcome = examined(bundled("test-SR.dcm"), tmp_path)
    assert outcome.pictures == Pictures(InstanceKind.OTHER, PixelState.NONE)
    assert Folder(tmp_path / outcome.staged).metadata.exists()


def test_a_pdf_is_a_document(tmp_path: Path) -> None:
    ds = dataset(
        SOPClassUID=EncapsulatedPDFStorage, EncapsulatedDocument=b"%PDF-1.7 letter.", Rows=None, PixelData=None
    )
    assert examined(written(ds), tmp_path).pictures.kind is InstanceKind.DOCUMENT


def test_pixels_that_nothing_decodes_are_kept_and_flagged(tmp_path: Path) -> None:
    outcome = examined(bundled("JPEG2000-embedded-sequence-delimiter.dcm"), tmp_path)
    assert (outcome.pictures.state, outcome.pictures.rows) == (PixelState.UNREADABLE, 1024)
    assert not Folder(tmp_path / outcome.staged).preview(1).exists()


def test_a_header_that_ends_before_its_picture_is_refused(tmp_path: Path) -> None:
    outcome = refused(written(dataset(PixelData=None, SOPClassUID=BasicTextSRStorage)), tmp_path)
    assert outcome.detail == "the file ends before its picture"


def test_a_member_of_a_zip_is_examined_without_unpacking_the_rest(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "disc.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("disc/CT1", bundled("CT_small.dcm"))
    outcome = examine(Source("disc.zip/CT1", str(tmp_path / "disc.zip"), "disc/CT1"), tmp_path, "staged")
    assert isinstance(outcome, Examined)
    assert outcome.name == "disc.zip/CT1"


def test_a_damaged_zip_gives_a_reason(tmp_path: Path) -> None:
    (tmp_path / "disc.zip").write_bytes(b"PK\x03\x04 and nothing else")
    outcome = examine(Source("disc.zip/CT1", str(tmp_path / "disc.zip"), "disc/CT1"), tmp_path, "staged")
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.staged) == (QuarantineReason.UNREADABLE, "")


def test_a_run_that_was_swept_away_does_not_come_back(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        examine(Source("f", "f"), tmp_path, "staging/swept/file")
