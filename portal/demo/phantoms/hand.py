"""An X-ray of a hand: each bone a shaft with two thickened ends, hollow inside, in a glove of soft tissue."""

from collections.abc import Iterator

import numpy as np
from PIL import Image

from .series import Detail, PhantomSeries, Picture, grain
from .shapes import Field, Waves

DX_FOR_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.1"
WIDTH, HEIGHT, TOP = 230.0, 306.0, -160.0  # mm
TRABECULAE = Waves(31, 2.6, 16)

# Where each ray of the hand starts (its metacarpal's base), which way it points (degrees from straight up), the lengths
# of its bones and the half width of the first, all in mm.
RAYS = [
    ((-22.0, 42.0), -50.0, (40.0, 29.0, 22.0), 5.6),
    ((-17.0, 29.0), -13.0, (62.0, 39.0, 23.0, 17.0), 5.3),
    ((-4.0, 27.0), -2.0, (60.0, 43.0, 27.0, 18.0), 5.3),
    ((8.0, 29.0), 8.0, (54.0, 40.0, 25.0, 18.0), 4.8),
    ((18.0, 34.0), 19.0, (49.0, 32.0, 18.0, 16.0), 4.5),
]
CARPALS = [
    ((-17, 49), 9, 8),
    ((-7, 43), 7, 7),
    ((4, 43), 8.5, 10),
    ((15, 45), 8, 9),
    ((-15, 60), 8, 10),
    ((0, 59), 9, 8),
    ((13, 59), 8, 7),
    ((17, 55), 5, 5),
]


def hand_x_ray(detail: Detail, seed: int) -> Iterator[PhantomSeries]:
    """One picture of a left hand, 2,000 × 1,504, 12 bit, stored as MONOCHROME1 (air is the highest value)."""
    columns, rows = detail.pixels(1504), detail.pixels(2000)
    x = np.linspace(WIDTH / 2, -WIDTH / 2, columns // 2, dtype=np.float32)[None]
    y = np.linspace(TOP, TOP + HEIGHT, rows // 2, dtype=np.float32)[:, None]
    bone, flesh = _hand(x, y)
    texture = 1 + 0.07 * TRABECULAE(x, y, 0.0)
    coarse = 0.34 * np.sqrt(np.clip(flesh, 0, 1)) + 0.62 * bone * texture
    # The beam blurs more than half a pixel's width; the grain is as fine as the detector.
    dense = np.asarray(Image.fromarray(coarse).resize((columns, rows), Image.Resampling.BICUBIC))
    bright = 4095 * (0.015 + 0.98 * (1 - np.exp(-1.45 * dense))) + 14 * grain(seed, dense.shape, 1)
    attributes = {
        "ViewPosition": "PA",
        "ImageLaterality": "L",
        "BodyPartExamined": "HAND",
        "ImagerPixelSpacing": [HEIGHT / rows, WIDTH / columns],
        "WindowCenter": 2150,
        "WindowWidth": 3700,
        "InstanceNumber": 1,
        "PresentationIntentType": "FOR PRESENTATION",
        "PixelIntensityRelationship": "LOG",
        "PixelIntensityRelationshipSign": 1,
        "PresentationLUTShape": "INVERSE",
        "BurnedInAnnotation": "NO",
    }
    pixels = 4095 - np.clip(bright, 0, 4095).round().astype(np.uint16)
    yield PhantomSeries("Hand PA", "DX", DX_FOR_PRESENTATION, 12, iter([Picture(pixels)]), attributes, "MONOCHROME1")


def _hand(x: Field, y: Field) -> tuple[Field, Field]:
    """Thickness of bone and of flesh, 0 to about 1."""
    shape = np.broadcast_shapes(x.shape, y.shape)
    bone, flesh = np.zeros(shape, np.float32), np.full(shape, -9.0, np.float32)
    for (at_x, at_y), degrees, lengths, half in RAYS:
        turn, width = np.radians(degrees), half
        for number, length in enumerate(lengths):
            tip = at_x + length * np.sin(turn), at_y - length * np.cos(turn)
            bone = np.maximum(bone, _shaft(x, y, (at_x, at_y), tip, width))
            thick = 15.5 - 2.2 * number if number else 17.0
            flesh = _join(flesh, 1 - _distance(x, y, (at_x, at_y), tip) / thick)
            gap = 2.6
            at_x, at_y = tip[0] + gap * np.sin(turn), tip[1] - gap * np.cos(turn)
            width *= 0.84
    for (cx, cy), rx, ry in CARPALS:
        edge = np.sqrt(np.square((x - cx) / rx) + np.square((y - cy) / ry))
        bone = np.maximum(bone, 0.8 * _hollow(edge, 0.86))
    for start, end, width in (((-9.0, 74.0), (-13.0, 190.0), 9.5), ((15.0, 74.0), (15.0, 190.0), 6.0)):
        bone = np.maximum(bone, _shaft(x, y, start, end, width, 1.5 if width > 7 else 1.25))
    for start, end, thick in (((-6.0, 52.0), (5.0, 52.0), 34.0), ((-2.0, 90.0), (-2.0, 200.0), 33.0)):
        flesh = _join(flesh, 1 - _distance(x, y, start, end) / thick)
    return bone, flesh


def _join(a: Field, b: Field) -> Field:
    """The greater of two, with a rounded seam (webs between fingers)."""
    share = np.clip(0.5 + (a - b) / 0.5, 0, 1)
    return np.asarray(b + (a - b) * share + 0.25 * share * (1 - share), dtype=np.float32)


def _along(x: Field, y: Field, start: tuple[float, float], end: tuple[float, float]) -> tuple[Field, Field]:
    """Place along a line (0 to 1, beyond at the ends) and distance across it."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = np.hypot(dx, dy)
    along = ((x - start[0]) * dx + (y - start[1]) * dy) / length**2
    across = np.abs((x - start[0]) * dy - (y - start[1]) * dx) / length
    return np.asarray(along, dtype=np.float32), np.asarray(across, dtype=np.float32)


def _distance(x: Field, y: Field, start: tuple[float, float], end: tuple[float, float]) -> Field:
    along, across = _along(x, y, start, end)
    beyond = np.clip(np.abs(along - 0.5) - 0.5, 0, None) * np.hypot(end[0] - start[0], end[1] - start[1])
    return np.asarray(np.hypot(across, beyond), dtype=np.float32)


def _shaft(
    x: Field, y: Field, start: tuple[float, float], end: tuple[float, float], half: float, flare: float = 1.45
) -> Field:
    """A bone's thickness: waisted in the middle, wide and rounded at the ends, hollow where it is a shaft."""
    along, across = _along(x, y, start, end)
    length = np.hypot(end[0] - start[0], end[1] - start[1])
    middle = np.abs(along - 0.5) * 2
    width = half * (0.86 + (flare - 0.86) * np.clip(middle, 0, 1) ** 3.5)
    beyond = np.clip((middle - 1) * length / 2 + half * 0.9, 0, None) / (half * 0.9)
    wall = 0.62 + 0.3 * np.clip(middle, 0, 1) ** 2
    return _hollow(np.hypot(across / width, beyond), wall)


def _hollow(edge: Field, wall: Field | float) -> Field:
    """Thickness of a tube whose wall begins at share `wall` of its radius."""
    outer = np.sqrt(np.clip(1 - np.square(edge), 0, None))
    inner = np.sqrt(np.clip(1 - np.square(edge / wall), 0, None))
    return np.asarray(outer - 0.62 * wall * inner, dtype=np.float32)
