"""A head in layers of tissue, in millimetres: x to the patient's left, y to the back, z to the crown (PS3.3 C.7.6.2.1).

The origin lies in the middle of the brain. What a scanner makes of a tissue (`Contrast`) is not known here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property, reduce

import numpy as np

from .shapes import Coordinate, Field, Point, Waves, ellipsoid, filled, step, tube


class Tissue(Enum):
    AIR = auto()
    SKIN = auto()
    FAT = auto()
    MUSCLE = auto()
    BONE = auto()
    MARROW = auto()
    FLUID = auto()
    GREY = auto()
    WHITE = auto()
    FALX = auto()
    EYE = auto()
    LENS = auto()
    CALCIUM = auto()
    CUSHION = auto()


Contrast = Mapping[Tissue, float]
Layer = tuple[Tissue, Field]

FOLDS = Waves(11, 21.0, 18)
FINE_FOLDS = Waves(12, 15.0, 12)
CELLS = Waves(13, 7.0)
THICKNESS = Waves(14, 60.0, 8)
FOLIA = Waves(15, 9.0, 8)

VENTRICLE: list[tuple[Point, float]] = [
    ((11, -37, 7), 2.5),
    ((8, -24, 15), 4.5),
    ((12, 4, 24), 5.0),
    ((23, 33, 14), 7.0),
    ((22, 54, 9), 2.0),
]
TEMPORAL_HORN: list[tuple[Point, float]] = [((24, 31, 10), 5.0), ((33, 12, -12), 2.2), ((31, -10, -20), 1.8)]


def paint(layers: Iterator[Layer], contrast: Contrast) -> Field:
    """Each layer over those before it, in the scanner's own unit (HU, signal)."""
    picture: Field = np.float32(contrast[Tissue.AIR])  # type: ignore[assignment]
    for tissue, share in layers:
        picture = picture + share * (np.float32(contrast[tissue]) - picture)
    return picture


def head(x: Coordinate, y: Coordinate, z: Coordinate) -> Iterator[Layer]:
    """The layers of a head where x, y, z (mm) are, from the outside in."""
    cut = _Cut(x, y, z)
    yield from _cover(cut)
    yield from _face(cut)
    yield from _brain(cut)
    yield from _ventricles(cut)


@dataclass(frozen=True)
class _Cut:
    """The plane that is being looked at; `side` is the distance from the middle, so that both halves are built once."""

    x: Coordinate
    y: Coordinate
    z: Coordinate

    @cached_property
    def side(self) -> Field:
        return np.abs(np.asarray(self.x, dtype=np.float32))

    def paired(self, centre: Point, radii: Point) -> Field:
        return ellipsoid(self.side, self.y, self.z, centre, radii)

    def single(self, centre: Point, radii: Point) -> Field:
        return ellipsoid(self.x, self.y, self.z, centre, radii)

    @cached_property
    def scalp(self) -> Field:
        """The outside of the head: cranium, face and neck, blended."""
        cranium = self.single((0, 0, 2), (76, 95, 88))
        face = self.single((0, -34, -62), (60, 62, 66))
        neck = self.single((0, 18, -90), (56, 58, 75))
        return _blend(_blend(cranium, face, 18), neck, 22)

    @cached_property
    def cavity(self) -> Field:
        """The inside of the skull: its dome, and its floor in three steps (front, middle, back), none of them flat."""
        dome = self.single((0, 0, 2), (65.5, 83, 77))
        front = -26 + 11 * _hill(self.side, 34, 15) - 0.12 * (self.y + 60)
        wing = -21 - 15 * _hill(self.side, 36, 15)
        middle = front + (-43 + 15 * _hill(self.side, 0, 14) - front) * step(self.y, wing, 4)
        ridge = 3 + 0.38 * self.side
        back = -82 + 55 * step(self.side, 50, 6)
        floor = middle + (back - middle) * step(self.y, ridge, 6)
        return np.maximum(dome, 0.8 * (floor - self.z))

    @cached_property
    def tent(self) -> Field:
        """How high (z) the tent between cerebrum and cerebellum stands; far below the floor in front of it."""
        roof = -8 - 0.45 * self.side - 0.16 * np.clip(self.y - 30, 0, 60)
        return np.asarray(-60 + (roof + 60) * step(self.y, 10 + 0.3 * self.side, 5), dtype=np.float32)

    @cached_property
    def folds(self) -> Field:
        """Zero along the furrows of the brain, which run from the surface inwards."""
        out = np.sqrt((self.x / 60) ** 2 + (self.y / 78) ** 2 + (self.z / 70) ** 2) + np.float32(0.15)
        place = [value / out for value in (self.x, self.y, self.z)]
        return FOLDS(*place) + np.float32(0.35) * FINE_FOLDS(self.x, self.y, self.z)


def _blend(a: Field, b: Field, radius: float) -> Field:
    """The union of two shapes with a rounded seam."""
    share = np.clip(0.5 + 0.5 * (b - a) / radius, 0, 1)
    return np.asarray(b + (a - b) * share - radius * share * (1 - share), dtype=np.float32)


def _hill(value: Field, at: float, width: float) -> Field:
    return np.asarray(np.exp(-np.square((value - np.float32(at)) / np.float32(width))), dtype=np.float32)


def _cover(cut: _Cut) -> Iterator[Layer]:
    """Skin, fat and muscle, then the skull with marrow between its two tables."""
    yield Tissue.SKIN, filled(cut.scalp)
    yield Tissue.FAT, filled(cut.scalp + 2)
    yield Tissue.MUSCLE, filled(cut.scalp + 5) * step(-np.asarray(cut.z), 18, 8)
    thickness = 7.2 + 1.1 * THICKNESS(cut.x, cut.y, cut.z)
    inside = cut.scalp + 5.5
    yield Tissue.BONE, filled(np.maximum(cut.cavity - thickness, inside))
    table = np.maximum(np.abs(cut.cavity - thickness / 2) - (thickness / 2 - 2.1), inside + 2)
    yield Tissue.MARROW, filled(table) * np.float32(0.85)


def _face(cut: _Cut) -> Iterator[Layer]:
    """What lies below the brain: petrous bone, air cells, sinuses, eyes."""
    x, y, z, side = cut.x, cut.y, cut.z, cut.side
    petrous = tube(side, y, z, [((14, 0, -42), 6), ((34, 12, -42), 9), ((56, 22, -46), 12)])
    mastoid = cut.paired((56, 30, -55), (11, 17, 22))
    yield Tissue.BONE, filled(np.maximum(_blend(petrous, mastoid, 6), cut.scalp + 6))
    cells = CELLS(x, y, z)
    yield Tissue.AIR, filled(np.maximum(mastoid + 2.5, 2 * cells - 0.4))
    yield Tissue.AIR, filled(tube(side, y, z, [((44, 10, -47), 3.5), ((74, 6, -47), 4)]))
    for centre, radii in (((0, -22, -46), (15, 12, 9)), ((0, -84, -12), (20, 5, 11))):
        yield Tissue.BONE, filled(np.maximum(cut.single(centre, radii) - 2, cut.scalp + 4))
        yield Tissue.AIR, filled(np.maximum(cut.single(centre, radii), 0.8 - side))
    ethmoid = cut.single((0, -60, -42), (12, 26, 22))
    yield Tissue.BONE, filled(ethmoid - 1.2) * np.float32(0.7)
    yield Tissue.AIR, filled(np.maximum(np.maximum(ethmoid, 1.2 - np.abs(cells) * 2.2), 0.9 - side))
    orbit = cut.paired((33, -62, -37), (18, 27, 18))
    yield Tissue.BONE, filled(np.maximum(orbit - 2.2, cut.scalp + 8)) * step(y, -84, 3)
    yield Tissue.FAT, filled(orbit)
    for shift in (-1, 1):
        muscle = tube(side, y, z, [((33 + 11.5 * shift, -66, -37), 1.7), ((22 + 4 * shift, -38, -36), 2)])
        yield Tissue.MUSCLE, filled(muscle)
    yield Tissue.MUSCLE, filled(tube(side, y, z, [((33, -60, -37), 2.4), ((18, -34, -35), 2.4)]))
    eye = cut.paired((34, -73, -37), (12, 12, 12))
    yield Tissue.SKIN, filled(eye)
    yield Tissue.EYE, filled(eye + 1.1)
    yield Tissue.LENS, filled(cut.paired((34, -81.5, -37), (4.6, 2.2, 4.6)))


def _brain(cut: _Cut) -> Iterator[Layer]:
    """Fluid to the brim, then the cerebrum with its folded bark, the cerebellum, the stem."""
    x, y, z, side = cut.x, cut.y, cut.z, cut.side
    yield Tissue.FLUID, filled(cut.cavity)
    depth = -np.maximum(cut.cavity + 1.8, 0.85 * (cut.tent + 1.2 - z))
    core = cut.single((0, 2, 8), (60, 40, 27))
    cleft = side + 6 * step(-core, 0, 2)  # no cleft where the halves are joined
    furrow = np.abs(cut.folds) * 6.5 - np.clip(1.7 - depth * 0.15, -7, 1.7)
    sylvian = tube(side, y, z, [((58, -18, 2), 2.4), ((40, -16, 0), 1.6), ((37, 6, 4), 1.1)])
    bark = np.minimum(np.minimum(depth, cleft - 1.3), np.minimum(furrow + 0.3, sylvian))
    yield Tissue.GREY, filled(-bark)
    yield Tissue.WHITE, filled(3.3 - bark, 1.6)
    yield Tissue.FALX, filled(np.maximum(cleft - 0.75, cut.cavity + 0.5)) * step(z, -16, 3)
    for centre, radii in (((10.5, 13, 7), (8, 14, 9)), ((12.5, -20, 12), (4.5, 9, 10)), ((24, -2, 4), (6, 16, 9))):
        yield Tissue.GREY, filled(cut.paired(centre, radii), 1.6)
    lobes = np.maximum(np.maximum(cut.cavity + 1.8, 0.85 * (z - cut.tent + 1.2)), 17 + 0.3 * side - y)
    lobes = np.maximum(lobes, 0.8 * (-66 - z))
    leaves = np.abs(FOLIA(0.4 * np.asarray(x), y, 2.2 * np.asarray(z)))
    yield Tissue.GREY, filled(lobes) * (1 - np.float32(0.45) * filled(leaves - 0.25, 0.3) * step(-lobes, -1, 3))
    yield Tissue.WHITE, filled(lobes + 11, 5)
    stem = tube(x, y, z, [((0, 6, -8), 12), ((0, 8, -26), 15), ((0, 18, -60), 9), ((0, 24, -110), 7)])
    yield Tissue.WHITE, filled(np.maximum(stem, z + 14), 1.2)


def _ventricles(cut: _Cut) -> Iterator[Layer]:
    """The inner lakes, the cisterns, and the specks of calcium that come with age."""
    y, z, side = cut.y, cut.z, cut.side
    lateral = np.minimum(tube(side, y, z, VENTRICLE), tube(side, y, z, TEMPORAL_HORN))
    small = [
        np.maximum(lateral, 0.7 - side),
        cut.single((0, 6, 3), (2.0, 15, 9)),
        cut.single((0, 31, -38), (6.5, 4.5, 8)),
        cut.single((0, 30, -7), (11, 4, 5)),
        cut.single((0, -9, -27), (9, 7, 4)),
        tube(side, y, z, [((0, -12, -26), 2.4), ((36, -16, -14), 1.8)]),
        tube(side, y, z, [((7, 29, -9), 2), ((17, 17, -13), 1.8), ((16, 2, -20), 2)]),
    ]
    yield Tissue.FLUID, filled(reduce(np.minimum, small), 1.0)
    specks = np.minimum(cut.single((0.6, 32, 3), (2.2, 2.6, 2)), cut.paired((23, 35, 14), (1.8, 3.6, 2.2)))
    yield Tissue.CALCIUM, filled(specks, 1.2)


def head_rest(x: Coordinate, y: Coordinate) -> Iterator[Layer]:
    """The cradle under the head and the shell around it."""
    cradle = np.sqrt(np.square(x) / 1.15 + np.square(y + 8)) - 116
    below = np.maximum(np.abs(cradle) - 1.6, 24 - y)
    yield Tissue.CUSHION, filled(np.asarray(below, dtype=np.float32))
