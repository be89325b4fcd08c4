"""Soft shapes in millimetres: signed distances (negative inside) and the tissue fraction that follows from them.

Coordinates are arrays that broadcast against each other, so the same shape is cut by any plane: an axial slice passes
x as a row, y as a column and z as a number.
"""

from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.floating[Any]]
Coordinate = Field | float
Point = tuple[float, float, float]


def ellipsoid(x: Coordinate, y: Coordinate, z: Coordinate, centre: Point, radii: Point) -> Field:
    """Distance to an ellipsoid with its axes along x, y, z; exact on the surface, close near it."""
    scaled = [(value - c) / r for value, c, r in zip((x, y, z), centre, radii, strict=True)]
    inside = np.sqrt(_sum_of_squares(scaled)) + np.float32(1e-6)
    slope = np.sqrt(_sum_of_squares([value / r for value, r in zip(scaled, radii, strict=True)])) + np.float32(1e-6)
    return np.asarray(inside * (inside - 1) / slope, dtype=np.float32)


def tube(x: Coordinate, y: Coordinate, z: Coordinate, path: list[tuple[Point, float]]) -> Field:
    """Distance to a tube through points, each with its radius, tapering between them."""
    parts = [_taper(x, y, z, *first, *second) for first, second in pairwise(path)]
    return np.asarray(reduce(np.minimum, parts), dtype=np.float32)


def _taper(x: Coordinate, y: Coordinate, z: Coordinate, a: Point, radius_a: float, b: Point, radius_b: float) -> Field:
    axis = [end - start for start, end in zip(a, b, strict=True)]
    length = sum(part * part for part in axis)
    from_a = [value - start for value, start in zip((x, y, z), a, strict=True)]
    along = np.clip(sum(value * part for value, part in zip(from_a, axis, strict=True)) / length, 0, 1)
    away = _sum_of_squares([value - part * along for value, part in zip(from_a, axis, strict=True)])
    return np.asarray(np.sqrt(away) - (radius_a + (radius_b - radius_a) * along), dtype=np.float32)


def _sum_of_squares(values: list[Coordinate]) -> Field:
    total: Coordinate = 0.0
    for value in values:
        total = total + value * value
    return np.asarray(total, dtype=np.float32)


def filled(distance: Field, edge: float = 0.8) -> Field:
    """Share of each point that a shape fills, 0 to 1, going over `edge` mm: what a detector would average."""
    share: Field = np.clip(np.float32(0.5) - distance / np.float32(edge), 0, 1)
    return share


def step(value: Coordinate, at: Coordinate, width: float) -> Field:
    """0 well below `at`, 1 well above, smooth over `width`."""
    return np.asarray(
        0.5 + 0.5 * np.tanh((value - np.asarray(at, dtype=np.float32)) / np.float32(width)), dtype=np.float32
    )


class Waves:
    """A smooth random field in space: a few plane waves of random direction, about one wavelength in mm."""

    def __init__(self, seed: int, wavelength: float, count: int = 14) -> None:
        random = np.random.default_rng(seed)
        directions = random.normal(size=(count, 3))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        lengths = wavelength * random.uniform(0.75, 1.5, size=(count, 1))
        self._vectors = (2 * np.pi * directions / lengths).astype(np.float32)
        self._phases = random.uniform(0, 2 * np.pi, size=count).astype(np.float32)

    def __call__(self, x: Coordinate, y: Coordinate, z: Coordinate) -> Field:
        """Mean 0, standard deviation about 1."""
        total: Coordinate = 0.0
        for (kx, ky, kz), phase in zip(self._vectors, self._phases, strict=True):
            total = total + np.cos(kx * x + ky * y + (kz * z + phase))
        return np.asarray(total * np.float32(np.sqrt(2 / len(self._phases))), dtype=np.float32)
