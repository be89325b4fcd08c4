"""One file of unknown origin becomes a value that can be stored, or a reason why not."""

from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from studies.archive.examination import examine
from studies.archive.examined import Examined, Skipped, Source
from studies.archive.kinds import InstanceKind, PixelState
from studies.archive.layout import Folder


def received(path: str | Path | None, root: Path) -> Examined:
    outcome = examine(Source("file", str(path)), root, "file")
    assert isinstance(outcome, Examined), outcome
    return outcome


def test_a_ct_slice_gets_its_pictures_and_keeps_its_bytes(tmp_path: Path) -> None:
    path = Path(str(get_testdata_file("CT_small.dcm")))
    outcome = received(path, tmp_path)
    folder = Folder(tmp_path / outcome.staged)
    assert folder.original.read_bytes() == path.read_bytes()
    assert (outcome.identity.modality, outcome.pictures.kind) == ("CT", InstanceKind.IMAGE)
    assert outcome.pictures.state is PixelState.READY
    assert all(f.is_file() for f in (folder.frame(1), folder.preview(1), folder.thumbnail(1)))


@pytest.mark.parametrize(("content", "reason"), [(b"", "empty file"), (b"%PDF-1.7 not a picture", "not a DICOM file")])
def test_what_is_no_dicom_is_skipped_and_leaves_nothing(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert examine(Source("file", str(path)), tmp_path, "staged") == Skipped("file", reason)
    assert not (tmp_path / "staged").exists()
