"""What a phantom gives: series of pictures with the attributes that make sense of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Attributes = Mapping[str, Any]


@dataclass(frozen=True)
class Detail:
    """How much is built: a tenth of the pixels' width and three slices tell a test as much as the whole."""

    scale: float = 1.0
    most_pictures: int | None = None

    def pixels(self, full: int) -> int:
        """A width or height in pixels, a multiple of 8."""
        return max(16, round(full * self.scale / 8) * 8)

    def pictures(self, full: int) -> int:
        """How many slices or frames."""
        return full if self.most_pictures is None else min(full, self.most_pictures)


@dataclass(frozen=True)
class Picture:
    """Pixels as stored: (rows, columns), (rows, columns, 3) or (frames, rows, columns); DICOM attributes by keyword."""

    pixels: NDArray[Any]
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class PhantomSeries:
    """A series and, one after another, its pictures. `bits` is BitsStored; `attributes` hold for every picture."""

    description: str
    modality: str
    sop_class: str
    bits: int
    pictures: Iterator[Picture]
    attributes: Attributes = field(default_factory=dict)
    photometric: str = "MONOCHROME2"


def plane(row: tuple[int, int, int], column: tuple[int, int, int]) -> list[float]:
    """Image Orientation (Patient): the directions of a row and of a column (PS3.3 C.7.6.2.1.1)."""
    return [float(part) for part in (*row, *column)]


AXIAL = plane((1, 0, 0), (0, 1, 0))
SAGITTAL = plane((0, 1, 0), (0, 0, -1))


def grain(seed: int, shape: tuple[int, ...], smoothing: int = 0) -> NDArray[np.float32]:
    """Noise of mean 0 and standard deviation 1, each round of smoothing making its grain coarser."""
    noise = np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)
    for _ in range(smoothing):
        for axis in (-1, -2):
            noise = 2 * noise + np.roll(noise, 1, axis) + np.roll(noise, -1, axis)
    return np.asarray(noise / noise.std(), dtype=np.float32)
