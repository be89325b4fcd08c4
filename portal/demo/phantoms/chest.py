"""A chest X-ray: lungs, heart, diaphragm, ribs and vessels, added up along the beam as a detector does."""

from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .series import Detail, PhantomSeries, Picture, grain
from .shapes import Field, filled, step

DX_FOR_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.1"
WIDTH, HEIGHT = 400.0, 440.0  # mm


def chest_x_ray(detail: Detail, seed: int) -> Iterator[PhantomSeries]:
    """One picture from back to front (PA), 1,760 × 1,600, 12 bit; the patient's right is at the left."""
    columns, rows = detail.pixels(1600), detail.pixels(1760)
    x = np.linspace(-WIDTH / 2, WIDTH / 2, columns, dtype=np.float32)[None]
    y = np.linspace(-HEIGHT / 2, HEIGHT / 2, rows, dtype=np.float32)[:, None]
    tissue, air = _soft_tissue(x, y)
    dense = tissue + _bones(x, y) + (0.15 + 0.85 * air) * _vessels(rows, columns, seed)
    signal = 4095 * (1 - np.exp(-1.05 * np.clip(dense, 0, None)))
    signal += 16 * grain(seed, signal.shape, 1)
    attributes = {
        "ViewPosition": "PA",
        "PatientOrientation": ["L", "F"],
        "BodyPartExamined": "CHEST",
        "ImagerPixelSpacing": [HEIGHT / rows, WIDTH / columns],
        "WindowCenter": 2150,
        "WindowWidth": 3500,
        "InstanceNumber": 1,
        "PresentationIntentType": "FOR PRESENTATION",
        "PixelIntensityRelationship": "LOG",
        "PixelIntensityRelationshipSign": -1,
        "PresentationLUTShape": "IDENTITY",
        "BurnedInAnnotation": "NO",
    }
    picture = Picture(np.clip(signal, 0, 4095).round().astype(np.uint16))
    yield PhantomSeries("Chest PA", "DX", DX_FOR_PRESENTATION, 12, iter([picture]), attributes)


def _oval(x: Field, y: Field, cx: float, cy: float, rx: float, ry: float) -> Field:
    """Distance in mm to an ellipse."""
    away = np.sqrt(np.square((x - cx) / rx) + np.square((y - cy) / ry))
    return np.asarray((away - 1) * min(rx, ry), dtype=np.float32)


def _lung(x: Field, y: Field, side: int) -> Field:
    """Share of air: an apex above, a dome of the diaphragm below; `side` -1 is the patient's right."""
    narrow = np.clip((y + 172) / 290, 0, 1) ** 0.44
    flank = 73 * narrow - 5
    outer = np.abs(x - (52 + 23 * narrow) * side) - flank
    dome_top = 92 if side < 0 else 104
    dome = dome_top + np.square(x - 62 * side) / 125
    inside = np.maximum(outer, y - dome)
    return filled(np.asarray(inside, dtype=np.float32), 7)


def _soft_tissue(x: Field, y: Field) -> tuple[Field, Field]:
    """Body, mediastinum, heart and liver, less the air of the lungs and the windpipe; and that share of air."""
    half = 50 + 190 * step(y, -164, 18) - 74 * step(y, -30, 34)
    body = filled(np.abs(x) - half, 8) * (0.64 + 0.2 * step(y, 95, 40))
    air = np.maximum(_lung(x, y, -1), _lung(x, y, 1))
    roundness = 0.09 * np.square((np.abs(x) - 73) / 60)
    tilted = x - 0.35 * (y - 50)
    heart = np.minimum(_oval(tilted, y, 25, 62, 58, 66), _oval(x, y, -12, 44, 40, 58))
    middle = np.minimum(np.abs(x) - (26 + 7 * np.exp(-np.square((y + 60) / 22))), _oval(x, y, 22, -62, 21, 20))
    core = np.maximum(
        filled(heart, 5) * step(104 + np.square(x - 55) / 125 - y, 0, 4),
        filled(np.asarray(middle, dtype=np.float32), 6),
    )
    air = air * (1 - core * np.float32(0.93))
    dense = body - air * (0.5 - roundness)
    dense = dense + 0.28 * core * (1 - 0.25 * step(-y, 60, 30))
    pipe = np.abs(x - 2 - 0.02 * (y + 130)) - 8.5
    branches = [
        np.abs(x - s * 0.95 * (y + 52)) - 6.5 + np.maximum(0, -52 - y) + np.maximum(0, y + 34) * 3 for s in (-1, 1)
    ]
    windpipe = np.minimum(np.maximum(pipe, y + 50), np.minimum(*branches))
    dense = dense - 0.13 * filled(np.asarray(windpipe, dtype=np.float32), 4)
    return np.asarray(dense, dtype=np.float32), np.asarray(air, dtype=np.float32)


def _bones(x: Field, y: Field) -> Field:
    """Ribs (behind, steep at the side; in front, fainter), collarbones, shoulder blades, spine."""
    bones = np.zeros(np.broadcast_shapes(x.shape, y.shape), dtype=np.float32)
    away = np.abs(x)
    cage = np.clip((y + 205) / 190, 0.05, 1) ** 0.5 * 142
    for number in range(10):
        start = -158 + 25.5 * number
        behind = start - 12 + 0.00135 * np.square(away - 52) + 0.1 * away
        bones += (
            0.115 * _tubular(np.abs(y - behind) / (4.6 + 0.1 * number)) * step(away, 16, 3) * step(cage - away, 0, 3)
        )
        if number < 7:
            front = start + 78 - 0.55 * (away - 40) + 0.0012 * np.square(away - 60)
            bones += 0.07 * _tubular(np.abs(y - front) / 6) * step(away, 58, 7) * step(cage - away, 0, 3)
    collar = -136 + 0.16 * (away - 20) - 15 * np.sin(away / 42)
    bones += 0.17 * _tubular(np.abs(y - collar) / 6.2) * step(away, 20, 2) * step(-away, -150, 3)
    blade = np.maximum(np.abs(away - 148 + 0.14 * (y + 30)) - 26 + 0.1 * np.clip(y + 120, 0, 200), np.abs(y + 60) - 72)
    bones += 0.07 * filled(blade, 8)
    body = np.abs(np.mod(y + 8, 26) - 13)
    bones += 0.15 * filled(away - 19, 8) * (0.72 + 0.28 * step(12.2 - body, 0, 0.8))
    bones += 0.03 * filled(np.hypot(away - 9, np.mod(y, 26) - 13) - 4, 2) * step(-away, -24, 2)
    return bones


def _tubular(share: Field) -> Field:
    """Thickness of a hollow tube across its width (0 middle, 1 edge): bright at its edges."""
    outer = np.sqrt(np.clip(1 - np.square(share), 0, None))
    inner = np.sqrt(np.clip(1 - np.square(share / 0.82), 0, None))
    return np.asarray(1.5 * outer - 0.75 * inner, dtype=np.float32)


def _vessels(rows: int, columns: int, seed: int) -> Field:
    """Branching from each hilum into the lungs, drawn as lines whose brightness is their thickness."""
    random = np.random.default_rng(seed)
    canvas = Image.new("F", (columns, rows))
    draw = ImageDraw.Draw(canvas)
    per_mm = columns / WIDTH

    def branch(x: float, y: float, angle: float, length: float, width: float) -> None:
        if width < 0.5:
            return
        to_x, to_y = x + length * np.cos(angle), y + length * np.sin(angle)
        ends = [(a / WIDTH + 0.5) * columns for a in (x, to_x)], [(b / HEIGHT + 0.5) * rows for b in (y, to_y)]
        draw.line(
            [(ends[0][0], ends[1][0]), (ends[0][1], ends[1][1])],
            fill=0.05 + 0.016 * width,
            width=max(1, round(width * per_mm)),
        )
        for turn in (-1, 1):
            angle_on = angle + turn * random.uniform(0.15, 0.55)
            branch(to_x, to_y, angle_on, length * random.uniform(0.72, 0.92), width * random.uniform(0.66, 0.8))

    for side in (-1, 1):
        for angle in (-1.25, -0.7, -0.15, 0.45, 1.0, 1.45):
            start = side * (36 + random.uniform(-3, 3)), -18 + 22 * angle / 1.4
            branch(*start, angle if side > 0 else np.pi - angle, random.uniform(19, 25), 7.0)
    soft = np.asarray(canvas.convert("F"))
    blurred = Image.fromarray(np.clip(soft * 1000, 0, 255).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(1.1 * per_mm)
    )
    return np.asarray(blurred, dtype=np.float32) / 1000
