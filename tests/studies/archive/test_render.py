"""The JPEGs that people see."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from studies.archive.examined import Pictures
from studies.archive.layout import Folder
from studies.archive.render import jpeg

from .pieces import dataset, examined, gradient, written


def derived(root: Path, pixels: Any, **values: Any) -> tuple[Pictures, Folder]:
    outcome = examined(written(dataset(pixels, **values)), root)
    return outcome.pictures, Folder(root / outcome.staged)


def size(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def test_a_large_picture_has_a_preview_and_itself_for_zooming(tmp_path: Path) -> None:
    pictures, folder = derived(tmp_path, gradient(2048, 1024, "u1"))
    assert pictures.has_full_size
    assert (pictures.preview_width, pictures.preview_height) == (512, 1024) == size(folder.preview(1))
    assert size(folder.full(1)) == (1024, 2048)
    assert size(folder.thumbnail(1)) == (80, 160)


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        ({"PixelSpacing": [2, 1]}, (32, 128)),
        ({"PixelSpacing": [1, 2]}, (64, 64)),
        ({"PixelAspectRatio": [2, 1]}, (32, 128)),
        ({"ImagerPixelSpacing": [0.5, 0.25]}, (32, 128)),
        ({"PixelSpacing": [1.001, 1]}, (32, 64)),
        ({"PixelSpacing": [0, 1]}, (32, 64)),
        ({"PixelSpacing": [500, 1]}, (32, 64)),
    ],
)
def test_pixels_are_made_square(tmp_path: Path, values: dict[str, Any], shape: tuple[int, int]) -> None:
    pictures, folder = derived(tmp_path, gradient(64, 32), **values)
    assert (pictures.preview_width, pictures.preview_height) == shape == size(folder.preview(1))
    assert (pictures.rows, pictures.columns) == (64, 32)


def test_every_frame_has_its_pictures(tmp_path: Path) -> None:
    pictures, folder = derived(tmp_path, np.stack([gradient() * number for number in range(3)]), FrameTime=40)
    assert (pictures.frames, pictures.frame_milliseconds) == (3, 40.0)
    assert all(folder.preview(number).exists() and folder.frame(number).exists() for number in (1, 2, 3))


def test_the_window_that_was_used_is_recorded(tmp_path: Path) -> None:
    pictures, _folder = derived(tmp_path, gradient(), WindowCenter=[40, 480], WindowWidth=[80, 2500])
    assert (pictures.window_center, pictures.window_width) == (40, 80)


def test_colour_is_kept_sharp() -> None:
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[:, ::2] = (255, 0, 0)
    picture[:, 1::2] = (0, 0, 255)
    data = jpeg(picture)
    scan = data.index(b"\xff\xc0")
    assert data[scan + 11] == 0x11  # sampling factors of the first component: 1 × 1, so 4:4:4
