"""Mammograms: a compressed breast with skin, fat, gland that gathers towards the nipple, ligaments and a few specks."""

from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .series import Detail, PhantomSeries, Picture, grain
from .shapes import Field, step

MG_FOR_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.2"
WIDTH, HEIGHT = 168.0, 210.0  # mm
SHARED = 77  # both breasts of one person are alike
VIEWS = [("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO")]


def mammography(detail: Detail, seed: int) -> Iterator[PhantomSeries]:
    """Two views of each breast, 3,000 × 2,400, 12 bit; the chest wall is where the side says it is."""
    columns, rows = detail.pixels(2400), detail.pixels(3000)
    for number, (side, view) in enumerate(VIEWS[: detail.pictures(4)]):
        attributes = {
            "ViewPosition": view,
            "ImageLaterality": side,
            "PatientOrientation": _orientation(side, view),
            "BodyPartExamined": "BREAST",
            "ImagerPixelSpacing": [HEIGHT / rows, WIDTH / columns],
            "WindowCenter": 2000,
            "WindowWidth": 3600,
            "InstanceNumber": 1,
            "PresentationIntentType": "FOR PRESENTATION",
            "PixelIntensityRelationship": "LOG",
            "PixelIntensityRelationshipSign": -1,
            "PresentationLUTShape": "IDENTITY",
            "BurnedInAnnotation": "NO",
        }
        pictures = _pictures(rows, columns, side, view, seed + number)
        yield PhantomSeries(f"{side} {view}", "MG", MG_FOR_PRESENTATION, 12, pictures, attributes)


def _orientation(side: str, view: str) -> list[str]:
    """Towards which side of the patient rows and columns run (PS3.3 C.7.6.1.1.1): away from the chest wall for L."""
    across = {"L": "A", "R": "P"}[side]
    down = {("L", "CC"): "R", ("R", "CC"): "L", ("L", "MLO"): "FR", ("R", "MLO"): "FL"}[side, view]
    return [across, down]


def _pictures(rows: int, columns: int, side: str, view: str, seed: int) -> Iterator[Picture]:
    """Built with the chest wall at the left; a right breast is its mirror image."""
    pixels = _breast(rows, columns, view, seed)
    yield Picture(np.ascontiguousarray(pixels[:, ::-1]) if side == "R" else pixels)


def _breast(rows: int, columns: int, view: str, seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
    """Everything smooth is built at a quarter of the size; the grain is as fine as the detector."""
    small = max(16, rows // 4), max(16, columns // 4)
    y = np.linspace(-HEIGHT / 2, HEIGHT / 2, small[0], dtype=np.float32)[:, None]
    x = np.linspace(0, WIDTH, small[1], dtype=np.float32)[None]
    droop = 14.0 if view == "MLO" else 0.0
    reach, half = 103.0, 82.0
    flat = np.clip((y - droop) / (half + droop * 0.5), -1, 1)
    edge = (reach * np.sqrt(1 - np.square(flat) + 1e-4) * (1 - 0.1 * flat * (droop > 0))).astype(np.float32)
    depth = (edge - x) * (0.55 + 0.45 * np.sqrt(1 - np.square(flat)))
    thick = np.clip(depth / 26, 0, 1) ** 0.55 * step(depth, 0, 0.25)
    glandular = _gland(x, y - droop, reach, small, seed)
    signal = thick * (900 + 2100 * np.clip(glandular, 0, 1.15) * step(depth, 11, 4))
    signal += 560 * np.exp(-np.square((depth - 1.1) / 0.9)) * step(depth, 0, 0.3) * step(1 - np.abs(flat), 0.02, 0.01)
    signal += thick * 900 * np.exp(-(np.square((x - reach + 2) / 4) + np.square((y - droop) / 5)))
    if view == "MLO":
        muscle = step(64 - 0.5 * (y + HEIGHT / 2) - 0.0016 * np.square(y + HEIGHT / 2) - x, 0, 1.4)
        signal += muscle * thick * (820 + 130 * _fractal(small, seed + 9, 9, 3))
    signal += _threads(small, seed, droop) * step(depth, 2, 2)
    full = np.array(Image.fromarray(signal.astype(np.float32)).resize((columns, rows), Image.Resampling.BICUBIC))
    full += (9 + 0.011 * np.clip(full, 0, None)) * grain(seed, full.shape, 1)
    _specks(full, seed)
    return np.asarray(np.clip(full, 0, 4095).round(), dtype=np.uint16)


def _gland(x: Field, y: Field, reach: float, shape: tuple[int, int], seed: int) -> Field:
    """A cone of gland with its point at the nipple, torn by fat."""
    to_nipple = reach - x
    cone = 1 - np.hypot((to_nipple - 44) / 48, y / (6 + 0.7 * np.clip(to_nipple, 4, 64)))
    cloud = 0.7 * _fractal(shape, SHARED, 7, 6) + 0.5 * _fractal(shape, seed, 7, 6)
    fine = np.abs(_fractal(shape, seed + 1, 16, 4))
    return np.asarray(step(cone + 0.27 * cloud, 0.22, 0.24) * (0.82 + 0.16 * cloud - 0.24 * fine), dtype=np.float32)


def _fractal(shape: tuple[int, int], seed: int, cells: int, octaves: int) -> Field:
    """Cloud-like noise: each octave twice as fine and little more than half as strong."""
    random = np.random.default_rng(seed)
    total = np.zeros(shape, dtype=np.float32)
    for octave in range(octaves):
        count = cells * 2**octave
        coarse = random.standard_normal((count + 3, count + 3)).astype(np.float32)
        total += 0.58**octave * np.asarray(Image.fromarray(coarse).resize(shape[::-1], Image.Resampling.BICUBIC))
    return total


def _threads(shape: tuple[int, int], seed: int, droop: float) -> Field:
    """Ligaments and small vessels: thin curved lines from the wall to the skin."""
    random = np.random.default_rng(seed + 2)
    canvas = Image.new("L", shape[::-1])
    draw = ImageDraw.Draw(canvas)
    for _ in range(46):
        begin, end = random.uniform(-88, 88), random.uniform(-70, 70)
        along = np.linspace(0, 1, 24)
        across = begin + (end - begin) * along + 7 * np.sin(along * random.uniform(2, 7) + random.uniform(0, 6)) + droop
        out = random.uniform(0, 40) + along * random.uniform(35, 85)
        points = list(zip(out / WIDTH * shape[1], (across / HEIGHT + 0.5) * shape[0], strict=True))
        draw.line(
            points, fill=int(random.uniform(40, 130)), width=max(1, round(shape[1] / 600 * random.uniform(1, 2.6)))
        )
    soft = canvas.filter(ImageFilter.GaussianBlur(shape[1] / 520))
    return np.asarray(soft, dtype=np.float32) * 2.4


def _specks(picture: Field, seed: int) -> None:
    """Three coarse, round, harmless calcifications."""
    random = np.random.default_rng(seed + 3)
    rows, columns = picture.shape
    for _ in range(3):
        row, column = int(rows * random.uniform(0.36, 0.64)), int(columns * random.uniform(0.16, 0.4))
        radius = rows / HEIGHT * random.uniform(0.35, 0.7)
        reach = int(radius * 3) + 2
        area = np.s_[row - reach : row + reach, column - reach : column + reach]
        down, right = np.mgrid[-reach:reach, -reach:reach]
        picture[area] += 1500 * np.exp(-(np.square(down) + np.square(right)) / np.square(radius))
