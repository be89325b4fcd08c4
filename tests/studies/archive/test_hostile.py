"""Files that mean harm: none crashes, hangs or takes much; each ends with a reason, and its bytes are kept."""

import random
import struct
import time
import zlib
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian

from studies.archive.examined import Examined, Refused, Skipped
from studies.archive.kinds import QuarantineReason
from studies.archive.limits import MB, Limits

from .pieces import dataset, outcome_of, refused, written

PIXELS = b"\xe0\x7f\x10\x00OW"
SEQUENCE = struct.pack("<HH2sHL", 0x0040, 0x0275, b"SQ", 0, 0xFFFFFFFF)
ITEM = struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)
ITEM_END, SEQUENCE_END = struct.pack("<HHL", 0xFFFE, 0xE00D, 0), struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)


def before_pixels(content: bytes, inserted: bytes) -> bytes:
    at = content.index(PIXELS)
    return content[:at] + inserted + content[at:]


def test_sequences_nested_ten_thousand_deep(tmp_path: Path) -> None:
    deep = (SEQUENCE + ITEM) * 10_000 + (ITEM_END + SEQUENCE_END) * 10_000
    outcome = refused(before_pixels(written(dataset()), deep), tmp_path)
    assert (outcome.reason, outcome.detail) == (QuarantineReason.LIMIT, "sequences are nested more than 50 deep")
    assert (tmp_path / outcome.staged / "original.dcm").stat().st_size > 300_000


def test_sequences_nested_in_a_file_that_does_not_name_them(tmp_path: Path) -> None:
    inner = b""
    for _ in range(2_000):  # implicit: whether an element is a sequence stands in the dictionary
        item = struct.pack("<HHL", 0xFFFE, 0xE000, len(inner)) + inner
        inner = struct.pack("<HHL", 0x0040, 0x0275, len(item)) + item
    ds = dataset()
    ds.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    content = written(ds)
    at = content.index(b"\xe0\x7f\x10\x00")
    outcome = refused(content[:at] + inner + content[at:], tmp_path)
    assert (outcome.reason, outcome.detail) == (QuarantineReason.LIMIT, "sequences are nested more than 50 deep")


def test_fifty_levels_are_read(tmp_path: Path) -> None:
    ds = dataset()
    inner = Dataset()
    for _ in range(40):
        outer = Dataset()
        outer.RequestAttributesSequence = [inner]
        inner = outer
    ds.RequestAttributesSequence = [inner]
    assert isinstance(outcome_of(written(ds), tmp_path), Examined)


def test_65535_by_65535_pixels_in_a_kilobyte(tmp_path: Path) -> None:
    outcome = refused(written(dataset(Rows=65535, Columns=65535)), tmp_path)
    assert outcome.reason is QuarantineReason.LIMIT


@pytest.mark.parametrize("tag", [b"\x10\x00\x20\x10UN\0\0", b"\xe0\x7f\x10\x00OW\0\0"])
def test_a_length_of_3_gb_in_a_kilobyte(tmp_path: Path, tag: bytes) -> None:
    content = written(dataset())
    at = content.index(PIXELS)
    outcome = refused(content[:at] + tag + struct.pack("<L", 3 << 30) + b"\0" * 16, tmp_path)
    assert (outcome.reason, outcome.detail) == (QuarantineReason.UNREADABLE, "the file is cut short")


def test_a_deflated_file_that_expands_without_end(tmp_path: Path) -> None:
    ds = dataset()
    ds.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    content = written(ds)
    start = 144 + struct.unpack_from("<L", content, 140)[0]
    squeeze = zlib.compressobj(9, wbits=-15)
    bomb = b"".join(squeeze.compress(b"\0" * MB) for _ in range(64)) + squeeze.flush()
    assert len(bomb) < MB
    outcome = refused(content[:start] + bomb, tmp_path, limits=Limits(inflated_bytes=8 * MB))
    assert (outcome.reason, outcome.detail) == (QuarantineReason.LIMIT, "expands to more than 8 MB")
    assert [file.name for file in (tmp_path / outcome.staged).iterdir()] == ["original.dcm"]


def test_a_file_that_is_too_large_to_be_kept(tmp_path: Path) -> None:
    outcome = refused(written(dataset()), tmp_path, limits=Limits(file_bytes=500))
    assert (outcome.reason, outcome.staged) == (QuarantineReason.LIMIT, "")
    assert not (tmp_path / "staged").exists()


def test_elements_without_end(tmp_path: Path) -> None:
    many = struct.pack("<HH2sH", 0x0029, 0x1010, b"LO", 0) * 5_000
    outcome = refused(before_pixels(written(dataset()), many), tmp_path, limits=Limits(elements=1_000))
    assert (outcome.reason, outcome.detail) == (QuarantineReason.LIMIT, "too many elements")


def test_an_element_that_leaves_its_sequence(tmp_path: Path) -> None:
    inside = struct.pack("<HH2sH", 0x0008, 0x0050, b"SH", 400) + b"A1"
    item = struct.pack("<HHL", 0xFFFE, 0xE000, len(inside)) + inside
    sequence = struct.pack("<HH2sHL", 0x0040, 0x0275, b"SQ", 0, len(item)) + item
    outcome = refused(before_pixels(written(dataset()), sequence), tmp_path)
    assert outcome.detail == "an element is longer than the sequence it stands in"


@pytest.mark.parametrize(
    "name", ["CT_small.dcm", "MR_small_RLE.dcm", "examples_jpeg2k.dcm", "test-SR.dcm", "image_dfl.dcm"]
)
def test_a_file_cut_short_anywhere_is_never_taken_for_whole(tmp_path: Path, name: str) -> None:
    content = Path(str(get_testdata_file(name))).read_bytes()
    for fiftieth in range(50):
        folder = tmp_path / str(fiftieth)
        folder.mkdir()
        outcome = outcome_of(content[: len(content) * fiftieth // 50], folder)
        assert isinstance(outcome, Refused | Skipped), fiftieth


@pytest.mark.parametrize("name", ["CT_small.dcm", "MR_small_jp2klossless.dcm", "SC_rgb_jpeg_dcmtk.dcm"])
def test_random_damage_ends_with_some_outcome(tmp_path: Path, name: str) -> None:
    """A share of the long run, in this process: a crash would end the suite."""
    content = Path(str(get_testdata_file(name))).read_bytes()
    dice = random.Random(name)
    for number in range(10):
        folder = tmp_path / str(number)
        folder.mkdir()
        damaged = bytearray(content)
        for _ in range(dice.randint(1, 20)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        began = time.monotonic()
        assert isinstance(outcome_of(bytes(damaged), folder), Examined | Refused | Skipped)
        assert time.monotonic() - began < 20


def test_what_is_said_of_a_refused_file_tells_nothing_of_the_patient(tmp_path: Path) -> None:
    content = written(dataset(PatientName="Peeters^Anna", NumberOfFrames="1"))
    at = content.index(PIXELS)
    broken = content[:at] + b"\x10\x00\x10\x00PN\x08\x00Peeters" + content[at + 2 :]
    outcome = refused(broken, tmp_path)
    assert "Peeters" not in repr((outcome.reason, outcome.detail))
