"""Where the patient's left, front and head are in a picture, where it lies, and how fast a film runs."""

import math

from pydicom.dataset import Dataset

from .functional import group
from .header import numbers, text

Vector = tuple[float, float, float]
_AXES = (("L", "R"), ("P", "A"), ("H", "F"))  # PS3.3 §C.7.6.2.1.1: x grows to the left, y to the back, z to the head
_OPPOSITE = str.maketrans("LRPAHF", "RLAPFH")
_SLIGHT = 0.2  # of a unit vector: 12 degrees of tilt are not worth a second letter
_LETTERS = 3


def letters(ds: Dataset) -> tuple[str, str, str, str]:
    """What stands at the (left, right, top, bottom) edge: R, L, A, P, H, F, the strongest first; "" if not known."""
    vectors = _row_and_column(ds)
    if vectors:
        right, bottom = (_direction(vector) for vector in vectors)
    else:
        named = text(ds, "PatientOrientation").upper().split("\\")
        if len(named) != 2 or not all(set(name) <= set("LRPAHF") for name in named):
            return "", "", "", ""
        right, bottom = named[0][:_LETTERS], named[1][:_LETTERS]
    return right.translate(_OPPOSITE), right, bottom.translate(_OPPOSITE), bottom


def position(ds: Dataset) -> float | None:
    """Millimetres along the normal of the picture (PS3.3 §C.7.6.2.1.1), by which slices are sorted."""
    vectors = _row_and_column(ds)
    origin = numbers(group(ds, 0, "PlanePositionSequence"), "ImagePositionPatient")
    if vectors and len(origin) == 3 and all(math.isfinite(part) for part in origin):
        return sum(a * b for a, b in zip(_cross(*vectors), origin, strict=True))
    location = numbers(ds, "SliceLocation")
    return location[0] if location and math.isfinite(location[0]) else None


def frame_milliseconds(ds: Dataset, frames: int) -> float | None:
    """How long a frame is shown; None for a single picture and for a stack that is no film (PS3.3 §C.7.6.5)."""
    if frames < 2:
        return None
    vector = [step for step in numbers(ds, "FrameTimeVector")[1:] if step > 0]
    for milliseconds in (
        next(iter(numbers(ds, "FrameTime")), 0.0),
        sum(vector) / len(vector) if vector else 0.0,
        *(1000 / rate for name in _RATES for rate in numbers(ds, name)[:1] if rate > 0),
    ):
        if _FASTEST <= milliseconds <= _SLOWEST:
            return milliseconds
    return None


_RATES = ("RecommendedDisplayFrameRate", "CineRate")
_FASTEST, _SLOWEST = 1.0, 60_000.0


def _row_and_column(ds: Dataset) -> tuple[Vector, Vector] | None:
    values = numbers(group(ds, 0, "PlaneOrientationSequence"), "ImageOrientationPatient")
    if len(values) != 6 or not all(math.isfinite(value) for value in values):
        return None
    row, column = values[:3], values[3:]
    if not 0.9 < math.hypot(*row) < 1.1 or not 0.9 < math.hypot(*column) < 1.1:
        return None
    return (row[0], row[1], row[2]), (column[0], column[1], column[2])


def _direction(vector: Vector) -> str:
    strengths = sorted(zip(vector, _AXES, strict=True), key=lambda part: -abs(part[0]))
    return "".join(axis[0] if part > 0 else axis[1] for part, axis in strengths if abs(part) > _SLIGHT)


def _cross(a: Vector, b: Vector) -> Vector:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
