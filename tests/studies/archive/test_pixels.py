"""Frames, decoded and normalised: what the digest, the browser and the previews stand on."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from studies.archive.derive import decode, encode
from studies.archive.errors import LimitExceeded, Undecodable
from studies.archive.layout import Folder
from studies.archive.limits import LIMITS, Limits
from studies.archive.opening import opened
from studies.archive.pixels import Frame, Pictures

from .pieces import dataset, gradient, written


def frames(content: bytes, root: Path) -> list[Frame]:
    read: list[Frame] = in_pictures(content, root, list)
    return read


def in_pictures(content: bytes, root: Path, use: Any, limits: Limits = LIMITS) -> Any:
    (root / "original.dcm").write_bytes(content)
    with opened(Folder(root), limits) as file:
        pictures = file.pictures(limits)
        assert isinstance(pictures, Pictures)
        return use(pictures)


def bundled(name: str) -> bytes:
    return Path(str(get_testdata_file(name))).read_bytes()


@pytest.mark.parametrize("dtype", ["u1", "u2", "i2", "u4", "i4"])
def test_plain_grey_comes_out_as_it_is(tmp_path: Path, dtype: str) -> None:
    pixels = gradient(dtype=dtype) - (100 if dtype[0] == "i" else 0)
    (frame,) = frames(written(dataset(pixels.astype(dtype))), tmp_path)
    assert frame.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(frame, pixels)


def test_overlays_in_unused_bits_are_masked(tmp_path: Path) -> None:
    pixels = gradient() | 0xF000
    (frame,) = frames(written(dataset(pixels, BitsStored=12, HighBit=11)), tmp_path)
    np.testing.assert_array_equal(frame, gradient())


def test_the_value_may_begin_above_bit_0(tmp_path: Path) -> None:
    pixels = (gradient() << 4) | 0x5
    (frame,) = frames(written(dataset(pixels, BitsStored=12, HighBit=15)), tmp_path)
    np.testing.assert_array_equal(frame, gradient())


def test_the_sign_stands_in_the_highest_stored_bit(tmp_path: Path) -> None:
    pixels = np.array([[0x0FFF, 0x0001], [0x0800, 0x07FF]], "u2")
    (frame,) = frames(written(dataset(pixels, BitsStored=12, HighBit=11, PixelRepresentation=1)), tmp_path)
    np.testing.assert_array_equal(frame, [[-1, 1], [-2048, 2047]])
    assert frame.dtype == np.int16


def test_one_bit_a_pixel(tmp_path: Path) -> None:
    packed = np.packbits([1, 0, 0, 1, 1, 1, 0, 0], bitorder="little").tobytes() + b"\0"
    ds = dataset(Rows=2, Columns=4, BitsAllocated=1, BitsStored=1, HighBit=0, PixelData=packed)
    (frame,) = frames(written(ds), tmp_path)
    np.testing.assert_array_equal(frame, [[1, 0, 0, 1], [1, 1, 0, 0]])


def test_float_pixels_become_16_bits_and_a_scale(tmp_path: Path) -> None:
    pixels = np.array([[[-1.5, 0.0]], [[2.0, 0.25]]], "f4")
    ds = dataset(gradient(1, 2, "u4"), PixelData=None, FloatPixelData=pixels.tobytes(), NumberOfFrames=2)
    del ds.PixelRepresentation

    def values(pictures: Pictures) -> npt.NDArray[Any]:
        return np.stack([frame * pictures.scale.slope + pictures.scale.intercept for frame in pictures])

    np.testing.assert_allclose(in_pictures(written(ds), tmp_path, values), pixels, atol=1e-4)


def test_float_pixels_that_are_no_numbers_are_not_shown(tmp_path: Path) -> None:
    pixels = np.array([[np.nan, 0.0]], "f4")
    ds = dataset(gradient(1, 2, "u4"), PixelData=None, FloatPixelData=pixels.tobytes())
    with pytest.raises(Undecodable, match="not numbers"):
        frames(written(ds), tmp_path)


def palette(ds: Dataset, entries: list[int], first: int = 0, bits: int = 16) -> Dataset:
    ds.PhotometricInterpretation = "PALETTE COLOR"
    for index, colour in enumerate(("Red", "Green", "Blue")):
        setattr(ds, f"{colour}PaletteColorLookupTableDescriptor", [len(entries), first, bits])
        values = np.array(entries, "u2" if bits == 16 else "u1") + index
        setattr(ds, f"{colour}PaletteColorLookupTableData", values.tobytes())
    return ds


def test_a_palette_of_16_bits_becomes_rgb(tmp_path: Path) -> None:
    ds = palette(dataset(np.array([[0, 1, 2]], "u1")), [0x1000, 0x8000, 0xFF00])
    (frame,) = frames(written(ds), tmp_path)
    np.testing.assert_array_equal(frame, [[[0x10] * 3, [0x80] * 3, [0xFF] * 3]])


def test_a_palette_of_16_bits_that_only_fills_8(tmp_path: Path) -> None:
    ds = palette(dataset(np.array([[0, 1]], "u1")), [0x10, 0x80])
    (frame,) = frames(written(ds), tmp_path)
    np.testing.assert_array_equal(frame, [[[0x10, 0x11, 0x12], [0x80, 0x81, 0x82]]])


def test_values_beyond_the_palette_take_its_ends(tmp_path: Path) -> None:
    ds = palette(dataset(np.array([[0, 5, 6, 255]], "u1")), [10, 200], first=5, bits=8)
    (frame,) = frames(written(ds), tmp_path)
    assert frame[0, :, 0].tolist() == [10, 10, 200, 200]


def test_a_palette_shorter_than_it_says_repeats_its_last_entry(tmp_path: Path) -> None:
    ds = palette(dataset(np.array([[0, 3]], "u1")), [10, 200], bits=8)
    for colour in ("Red", "Green", "Blue"):
        setattr(ds, f"{colour}PaletteColorLookupTableDescriptor", [4, 0, 8])
    (frame,) = frames(written(ds), tmp_path)
    assert frame[0, :, 0].tolist() == [10, 200]


def test_a_palette_that_is_missing_is_a_reason(tmp_path: Path) -> None:
    with pytest.raises(Undecodable, match="palette is missing"):
        frames(written(dataset(gradient(dtype="u1"), PhotometricInterpretation="PALETTE COLOR")), tmp_path)


@pytest.mark.parametrize("planar", [0, 1])
def test_colour_by_pixel_or_by_plane(tmp_path: Path, planar: int) -> None:
    pixels = np.arange(24, dtype="u1").reshape(2, 4, 3)
    laid_out = pixels if not planar else np.ascontiguousarray(pixels.transpose(2, 0, 1))
    ds = dataset(pixels, PlanarConfiguration=planar, PixelData=laid_out.tobytes())
    (frame,) = frames(written(ds), tmp_path)
    np.testing.assert_array_equal(frame, pixels)


def test_luminance_and_colour_difference_become_rgb(tmp_path: Path) -> None:
    pixels = np.array([[[76, 85, 255], [150, 44, 21]]], "u1")  # red and green (ITU-R BT.601)
    (frame,) = frames(written(dataset(pixels, PhotometricInterpretation="YBR_FULL")), tmp_path)
    np.testing.assert_allclose(frame.astype(int), [[[255, 0, 0], [0, 255, 0]]], atol=2)


def test_colour_of_16_bits_becomes_8(tmp_path: Path) -> None:
    pixels = np.array([[[0x1234, 0xFFFF, 0x00FF]]], "u2")
    (frame,) = frames(written(dataset(pixels)), tmp_path)
    assert frame.tolist() == [[[0x12, 0xFF, 0x00]]]


def test_frames_can_be_had_one_by_one_while_all_are_read(tmp_path: Path) -> None:
    pixels = np.stack([gradient() + number for number in range(4)])

    def use(pictures: Pictures) -> None:
        for number, frame in enumerate(pictures):
            np.testing.assert_array_equal(pictures.frame(2), pixels[2])
            np.testing.assert_array_equal(frame, pixels[number])

    in_pictures(written(dataset(pixels)), tmp_path, use)


def test_fewer_frames_than_the_header_counts_is_a_reason(tmp_path: Path) -> None:
    with pytest.raises(Undecodable, match="fewer pixels"):
        frames(written(dataset(NumberOfFrames=3)), tmp_path)


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        ({"Rows": 65535, "Columns": 65535}, LIMITS),
        ({"NumberOfFrames": 2_000_000}, LIMITS),
        ({"NumberOfFrames": 100}, Limits(decoded_bytes=1000)),
    ],
)
def test_more_pixels_than_are_decoded_here(tmp_path: Path, values: dict[str, int], limits: Limits) -> None:
    with pytest.raises(LimitExceeded, match="more than is decoded here"):
        in_pictures(written(dataset(**values)), tmp_path, list, limits)


@pytest.mark.parametrize(
    "values",
    [
        {"Rows": 0},
        {"BitsAllocated": 12},
        {"BitsStored": 17},
        {"PhotometricInterpretation": "HSV"},
        {"SamplesPerPixel": 4},
    ],
)
def test_what_cannot_be_a_picture(tmp_path: Path, values: dict[str, Any]) -> None:
    with pytest.raises(Undecodable):
        in_pictures(written(dataset(**values)), tmp_path, list)


def test_a_jpeg_2000_that_denies_its_sign(tmp_path: Path) -> None:
    (frame,) = frames(bundled("J2K_pixelrep_mismatch.dcm"), tmp_path)
    assert (frame.dtype.str, int(frame[0, 0]), int(frame.max())) == ("<i2", -2000, 1896)


@pytest.mark.parametrize("dtype", ["u1", "u2", "i2", "u4", "i4"])
def test_frames_lie_in_the_archive_without_loss(tmp_path: Path, dtype: str) -> None:
    frame = np.random.default_rng(7).integers(0, 127, (33, 65)).astype(dtype)
    (tmp_path / "1.jph").write_bytes(encode(frame))
    np.testing.assert_array_equal(decode(tmp_path / "1.jph"), frame)
    assert decode(tmp_path / "1.jph").dtype == frame.dtype
