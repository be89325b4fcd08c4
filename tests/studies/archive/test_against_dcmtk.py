"""Are previews right? Compared, before JPEG coding and at full size, with programs that know nothing of this one.

Where dcmtk reads a file, the mean difference is at most 2 grey levels under the recorded window; where it does not, a
second decoder must give the same frames. What neither holds for is listed below with its reason.
"""

import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom.data
import pytest
from openjpeg.utils import decode as decode_openjpeg
from PIL import Image
from pydicom.encaps import encapsulate, generate_frames
from pydicom.pixels.processing import apply_color_lut
from pydicom.uid import JPEG2000TransferSyntaxes

from studies.archive.derive import Renderer
from studies.archive.errors import NotAnInstance, Undecodable, Unusable
from studies.archive.layout import Folder
from studies.archive.limits import LIMITS
from studies.archive.opening import Opened, opened
from studies.archive.pixels import Frame, Pictures
from studies.archive.render import Picture

PROGRAMS = ("dcm2pnm", "dcmj2pnm", "dcml2pnm")
FEW = 3  # frames compared of one file
NOT_IN_DCMTK = {*JPEG2000TransferSyntaxes}  # HTJ2K among them
UNREAD_BY_DCMTK = {
    "gdcm-US-ALOKA-16.dcm": "a segmented palette; compared with pydicom's own expansion below",
    "CT0012.fragmented_no_bot_jpeg_baseline.51.dcm": "its second frame, fragments without offsets; compared below",
    "SC_rgb_jpeg.dcm": "dcmtk reports the premature end of a stream",
}
WRONG_IN_DCMTK = {
    "rtdose_expb.dcm": "32 bits in big endian; here equal to rtdose.dcm, on which both agree",
    "rtdose_expb_1frame.dcm": "the same, of rtdose_1frame.dcm",
}

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # many of these files are odd on purpose


@dataclass(frozen=True)
class Comparison:
    """`difference` in mean grey levels; None where the other side does not read it."""

    name: str
    frame: int
    difference: float | None


@contextmanager
def pictures_of(path: Path, scratch: Path) -> Iterator[tuple[Opened, Pictures]]:
    """A file with pictures. Raises as `opening` does, `Undecodable` also for one without."""
    shutil.copy(path, scratch / "original.dcm")
    with opened(Folder(scratch), LIMITS) as file:
        pictures = file.pictures(LIMITS)
        if pictures is None:
            raise Undecodable("has no pictures")
        yield file, pictures


def by_dcmtk(path: Path, index: int, options: list[str]) -> Picture | None:
    """Frame `index` (from 0) as dcmtk shows it; None if none of its programs reads it."""
    out = path.with_name("out.pnm")
    for program in PROGRAMS:
        out.unlink(missing_ok=True)
        subprocess.run([program, "+F", str(index + 1), *options, str(path), str(out)], capture_output=True, check=False)
        if out.exists() and out.stat().st_size:
            with Image.open(out) as image:
                return np.asarray(image)
    return None


def with_dcmtk(path: Path, scratch: Path) -> Iterator[Comparison]:
    with pictures_of(path, scratch) as (file, pictures):
        if file.encoding.transfer_syntax in NOT_IN_DCMTK:
            return
        renderer = Renderer(file.ds, pictures)
        for index in range(min(FEW, pictures.shape.frames)):
            options: list[str] = []
            if not pictures.shape.colour:
                window = renderer.rendering(index).window
                options = ["+Ww", repr(window.center), repr(window.width)] if window else ["+Wl", "1"]
            ours = renderer.picture(pictures.frame(index), index)
            theirs = by_dcmtk(scratch / "original.dcm", index, options)
            yield Comparison(path.name, index, None if theirs is None else difference(ours, theirs))


def with_a_second_decoder(path: Path, scratch: Path) -> Iterator[Comparison]:
    with pictures_of(path, scratch) as (file, pictures):
        if file.encoding.transfer_syntax in NOT_IN_DCMTK:
            assert file.structure.pixels is not None
            file.file.seek(file.structure.pixels.offset)
            encoded = list(generate_frames(file.file, number_of_frames=pictures.shape.frames))
            for index, (ours, frame) in enumerate(zip(pictures, encoded, strict=True)):
                theirs = decode_openjpeg(frame)
                signed = pictures.shape.signed and theirs.dtype.kind == "u"
                half, whole = 1 << (pictures.shape.stored - 1), 1 << pictures.shape.stored
                values = theirs.astype(float)
                yield Comparison(
                    path.name, index, difference(ours, np.where(signed & (values >= half), values - whole, values))
                )


def difference(ours: Frame, theirs: Frame) -> float:
    assert ours.shape == theirs.shape
    return float(np.abs(ours.astype(float) - theirs.astype(float)).mean())


def compared(
    paths: Iterable[Path], scratch: Path, compare: Callable[[Path, Path], Iterator[Comparison]]
) -> list[Comparison]:
    found: list[Comparison] = []
    for path in paths:
        try:
            found += compare(path, scratch)
        except (NotAnInstance, Unusable, Undecodable):
            continue  # not a picture, or not to be decoded: what becomes of those is told elsewhere
    return found


def bundled() -> list[Path]:
    """Not `get_testdata_files`: that would fetch more of them."""
    return sorted(Path(pydicom.data.__file__).with_name("test_files").glob("*.dcm"))


def everything_in(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def assert_agreement_with_dcmtk(comparisons: list[Comparison], least: int) -> None:
    agreed = {c.name for c in comparisons if c.difference is not None and c.difference <= 2}
    apart = [c for c in comparisons if c.difference is not None and c.difference > 2 and c.name not in WRONG_IN_DCMTK]
    assert apart == []
    assert {c.name for c in comparisons if c.difference is None} <= UNREAD_BY_DCMTK.keys()
    assert len(agreed) >= least


@pytest.mark.needs(*PROGRAMS)
def test_bundled_files_look_as_dcmtk_shows_them(tmp_path: Path) -> None:
    assert_agreement_with_dcmtk(compared(bundled(), tmp_path, with_dcmtk), least=45)


@pytest.mark.needs("corpus", *PROGRAMS)
def test_the_corpus_looks_as_dcmtk_shows_it(corpus_folder: Path, tmp_path: Path) -> None:
    assert_agreement_with_dcmtk(compared(everything_in(corpus_folder), tmp_path, with_dcmtk), least=90)


def test_bundled_files_that_dcmtk_does_not_read_come_out_of_two_decoders_alike(tmp_path: Path) -> None:
    comparisons = compared(bundled(), tmp_path, with_a_second_decoder)
    assert len({c.name for c in comparisons}) >= 6
    assert [c for c in comparisons if c.difference is None or c.difference > 0.5] == []


@pytest.mark.needs("corpus")
def test_the_corpus_that_dcmtk_does_not_read_comes_out_of_two_decoders_alike(
    corpus_folder: Path, tmp_path: Path
) -> None:
    comparisons = compared(everything_in(corpus_folder), tmp_path, with_a_second_decoder)
    assert len({c.name for c in comparisons}) >= 8
    assert [c for c in comparisons if c.difference is None or c.difference > 0.5] == []


@pytest.mark.needs("corpus")
def test_a_segmented_palette_as_another_program_expands_it(corpus_folder: Path, tmp_path: Path) -> None:
    path = corpus_folder / "pydicom-data" / "gdcm-US-ALOKA-16.dcm"
    theirs = apply_color_lut((ds := pydicom.dcmread(path)).pixel_array, ds) >> 8
    with pictures_of(path, tmp_path) as (_file, pictures):
        assert difference(pictures.frame(0), theirs) == 0


@pytest.mark.needs("corpus", *PROGRAMS)
def test_frames_in_fragments_without_offsets(corpus_folder: Path, tmp_path: Path) -> None:
    """The second frame alone, put into fragments that dcmtk does find."""
    path = corpus_folder / "transfer-syntaxes" / "CT0012.fragmented_no_bot_jpeg_baseline.51.dcm"
    ds = pydicom.dcmread(path)
    frames = list(generate_frames(ds.PixelData, number_of_frames=2))
    with pictures_of(path, tmp_path) as (file, pictures):
        renderer = Renderer(file.ds, pictures)
        window, ours = renderer.rendering(1).window, renderer.picture(pictures.frame(1), 1)
    ds.PixelData, ds.NumberOfFrames = encapsulate([frames[1]]), 1
    ds.save_as(tmp_path / "second.dcm")
    assert window is not None
    theirs = by_dcmtk(tmp_path / "second.dcm", 0, ["+Ww", repr(window.center), repr(window.width)])
    assert theirs is not None
    assert difference(ours, theirs) <= 2
