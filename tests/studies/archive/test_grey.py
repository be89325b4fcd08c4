"""Grey values as a screen shows them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset

from studies.archive.derive import Renderer
from studies.archive.grey import Function, Window, percentile_window, rendering_of
from studies.archive.layout import Folder
from studies.archive.limits import LIMITS
from studies.archive.opening import opened
from studies.archive.pixels import Scale

from .pieces import dataset, gradient, written


def shown(root: Path, ds: Dataset, index: int = 0) -> list[list[int]]:
    """The picture of frame `index` (from 0), before JPEG."""
    (root / "original.dcm").write_bytes(written(ds))
    with opened(Folder(root), LIMITS) as file:
        pictures = file.pictures(LIMITS)
        assert pictures is not None
        levels: list[list[int]] = Renderer(file.ds, pictures).picture(pictures.frame(index), index).tolist()
        return levels


def table(*entries: int) -> bytes:
    return np.array(entries, "u2").tobytes()


def row(*values: int, dtype: str = "i2") -> Any:
    return np.array([values], dtype)


@pytest.mark.parametrize(
    ("window", "value", "share"),
    [
        # PS3.3 §C.11.2.1.2.1, the note's example: centre 2048, width 4096 is 0 to 4095
        (Window(2048, 4096), 0, 0.0),
        (Window(2048, 4096), 4095, 1.0),
        (Window(0, 100), -50, 0.0),
        (Window(0, 1), -0.5, 0.0),
        (Window(0, 1), 0, 1.0),
        (Window(100, 200, Function.LINEAR_EXACT), 150, 0.75),
        (Window(100, 200, Function.SIGMOID), 100, 0.5),
        (Window(100, 200, Function.SIGMOID), 200, 1 / (1 + np.exp(-2))),
        (Window(0, 0.001, Function.SIGMOID), -1e9, 0.0),
    ],
)
def test_windows_follow_the_standard(window: Window, value: float, share: float) -> None:
    assert window.apply(np.array([float(value)]))[0] == pytest.approx(share, abs=1e-9)


def test_the_files_first_window_in_hounsfield_units(tmp_path: Path) -> None:
    ds = dataset(row(964, 1064, 1164), RescaleSlope=1, RescaleIntercept=-1024)
    ds.WindowCenter, ds.WindowWidth = [40.5, 480], [201, 2500]
    assert shown(tmp_path, ds) == [[0, 128, 255]]


def test_monochrome1_is_inverted(tmp_path: Path) -> None:
    ds = dataset(row(0, 100), PhotometricInterpretation="MONOCHROME1", WindowCenter=50.5, WindowWidth=101)
    assert shown(tmp_path, ds) == [[255, 0]]


def test_a_lut_of_the_file_where_it_has_no_window(tmp_path: Path) -> None:
    lut = Dataset()
    lut.LUTDescriptor, lut.LUTData = [3, 10, 8], table(0, 200, 255)
    ds = dataset(row(0, 10, 11, 12, 99), VOILUTSequence=[lut])
    assert shown(tmp_path, ds) == [[0, 0, 200, 255, 255]]


def test_a_modality_lut_comes_before_the_window(tmp_path: Path) -> None:
    lut = Dataset()
    lut.LUTDescriptor, lut.LUTData, lut.ModalityLUTType = [3, 0, 16], table(1000, 2000, 3000), "US"
    ds = dataset(row(0, 1, 2, dtype="u2"), ModalityLUTSequence=[lut], WindowCenter=2000.5, WindowWidth=2001)
    assert shown(tmp_path, ds) == [[0, 128, 255]]


def test_without_a_window_the_pixels_say_which_but_not_the_padding(tmp_path: Path) -> None:
    pixels = np.full((40, 40), -2000, "i2")
    pixels[10:30, 10:30] = np.arange(400).reshape(20, 20)
    levels = np.array(shown(tmp_path, dataset(pixels, PixelPaddingValue=-2000)))
    assert (levels[0, 0], levels[10, 10], levels[29, 29]) == (0, 0, 255)
    assert 120 < levels[20, 10] < 136


def test_the_window_from_the_pixels_covers_all_but_half_a_percent() -> None:
    rendering = rendering_of(dataset(), 0, Scale())
    window = percentile_window(rendering, np.arange(1001).reshape(7, 143), None)
    assert (window.center, window.width) == (500.5, 991)


@pytest.mark.parametrize("width", ["0", "-5", ""])
def test_an_impossible_window_is_passed_over(tmp_path: Path, width: str) -> None:
    levels = shown(tmp_path, dataset(gradient(), WindowCenter="40", WindowWidth=width))
    assert (levels[0][0], levels[-1][-1]) == (0, 255)


def test_each_frame_has_its_own_window_and_scale(tmp_path: Path) -> None:
    def frame(center: float, slope: float) -> Dataset:
        window, values, item = Dataset(), Dataset(), Dataset()
        window.WindowCenter, window.WindowWidth = center, 101
        values.RescaleSlope, values.RescaleIntercept = slope, 0
        item.FrameVOILUTSequence, item.PixelValueTransformationSequence = [window], [values]
        return item

    ds = dataset(np.stack([row(0, 50, 100, 999)] * 2))
    ds.PerFrameFunctionalGroupsSequence = [frame(50.5, 1), frame(50.5, 2)]
    assert shown(tmp_path, ds, 0) == [[0, 128, 255, 255]]
    assert shown(tmp_path, ds, 1) == [[0, 255, 255, 255]]


def test_deep_pixels_are_shown_without_a_table(tmp_path: Path) -> None:
    pixels = np.array([[0, 2**31, 2**32 - 1]], "u4")
    assert shown(tmp_path, dataset(pixels, WindowCenter=2.0**31, WindowWidth=2.0**32)) == [[0, 128, 255]]
