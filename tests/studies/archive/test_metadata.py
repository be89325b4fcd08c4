"""DICOM JSON that matches the frames which lie in the archive."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from studies.archive.gathering import gather
from studies.archive.layout import Folder

from .pieces import dataset, examined, gradient, written


def described(root: Path, ds: Dataset) -> dict[str, Any]:
    outcome = examined(written(ds), root)
    content: dict[str, Any] = json.loads(gzip.decompress(Folder(root / outcome.staged).metadata.read_bytes()))
    return content


def value(content: dict[str, Any], tag: str) -> Any:
    return content[tag]["Value"][0]


def test_what_the_file_says_is_there_without_its_bulk(tmp_path: Path) -> None:
    ds = dataset()
    ds.add_new(0x00291010, "OB", b"\1" * 5000)
    content = described(tmp_path, ds)
    assert value(content, "00100010") == {"Alphabetic": "Peeters^Anna"}
    assert value(content, "0020000D") == "1.2.3.1"
    assert "7FE00010" not in content
    assert "00291010" not in content


def test_grey_frames_are_described_as_they_lie_there(tmp_path: Path) -> None:
    content = described(tmp_path, dataset(gradient() | 0xF000, BitsStored=12, HighBit=11, PixelRepresentation=1))
    described_bits = [value(content, tag) for tag in ("00280100", "00280101", "00280102", "00280103")]
    assert described_bits == [16, 12, 11, 1]
    assert value(content, "00083002") == "1.2.840.10008.1.2.4.201"


def test_a_palette_is_described_as_the_colour_it_became(tmp_path: Path) -> None:
    ds = dataset(np.array([[0, 1]], "u1"), PhotometricInterpretation="PALETTE COLOR")
    for colour in ("Red", "Green", "Blue"):
        setattr(ds, f"{colour}PaletteColorLookupTableDescriptor", [2, 0, 8])
        setattr(ds, f"{colour}PaletteColorLookupTableData", b"\x00\xff")
    content = described(tmp_path, ds)
    assert (value(content, "00280002"), value(content, "00280004")) == (3, "YBR_RCT")
    assert not {"00281101", "00281201"} & content.keys()


def test_float_pixels_are_described_by_a_scale(tmp_path: Path) -> None:
    pixels = np.array([[-1.0, 1.0]], "f4")
    ds = dataset(gradient(1, 2, "u4"), PixelData=None, FloatPixelData=pixels.tobytes())
    content = described(tmp_path, ds)
    assert (value(content, "00280100"), value(content, "00281052")) == (16, -1.0)
    assert abs(value(content, "00281053") * 65535 - 2) < 1e-6


def test_a_value_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    content = written(dataset(InstanceNumber=12, SeriesNumber=3)).replace(b"IS\x02\x0012", b"IS\x02\x001A")
    outcome = examined(content, tmp_path)
    found = json.loads(gzip.decompress(Folder(tmp_path / outcome.staged).metadata.read_bytes()))
    assert value(found, "00200011") == 3
    assert value(found, "0020000E") == "1.2.3.1.1"


def test_a_series_is_the_list_of_its_instances(tmp_path: Path) -> None:
    paths = []
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        outcome = examined(written(dataset(InstanceNumber=number)), tmp_path / str(number))
        paths.append(Folder(tmp_path / str(number) / outcome.staged).metadata)
    content = json.loads(gzip.decompress(gather(paths)))
    assert [value(instance, "00200013") for instance in content] == [1, 2]
    assert gather(paths) == gather(paths)
