"""Ultrasound of liver and kidney, breathing: speckle made along the beams, then bent into the fan of the probe."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .series import Detail, PhantomSeries, Picture
from .shapes import Field, filled, step

US_MULTI_FRAME = "1.2.840.10008.5.1.4.1.1.3.1"
US_IMAGE = "1.2.840.10008.5.1.4.1.1.6.1"
DEPTH, FOOT, SPREAD = 150.0, 50.0, np.radians(33)  # mm, mm from the centre of the probe's curve, half angle
FRAME_MILLISECONDS = 66.7
BREATH_FRAMES = 48


def abdomen(detail: Detail, seed: int) -> Iterator[PhantomSeries]:
    """A loop of 48 grey frames (one breath, so that it repeats without a jump) and a still with flow in colour."""
    fan = _Fan(detail.pixels(640), detail.pixels(480), seed)
    frames = detail.pictures(BREATH_FRAMES)
    loop = np.stack([fan.frame(n * BREATH_FRAMES // frames) for n in range(frames)])
    common = {
        "BodyPartExamined": "ABDOMEN",
        "InstanceNumber": 1,
        "BurnedInAnnotation": "NO",
        "LossyImageCompression": "00",
    }
    timing = {
        "FrameTime": FRAME_MILLISECONDS,
        "FrameIncrementPointer": 0x00181063,
        "CineRate": 15,
        "RecommendedDisplayFrameRate": 15,
        "NumberOfFrames": frames,
        "WindowCenter": 128,
        "WindowWidth": 256,
    }
    yield PhantomSeries("Liver and kidney, loop", "US", US_MULTI_FRAME, 8, iter([Picture(loop)]), common | timing)
    still = Picture(fan.with_flow(0))
    yield PhantomSeries(
        "Liver, flow", "US", US_IMAGE, 8, iter([still]), common | {"UltrasoundColorDataPresent": 1}, "RGB"
    )


@dataclass(frozen=True)
class _Beams:
    """Sideways and downwards (mm from the skin) for each sample along each beam."""

    sideways: Field
    down: Field


class _Fan:
    """A curved probe: beams × samples, and for each pixel of the screen where it lies among them."""

    def __init__(self, columns: int, rows: int, seed: int) -> None:
        self._beams, self._samples = max(24, columns // 3), max(48, rows)
        angle = np.linspace(-SPREAD, SPREAD, self._beams, dtype=np.float32)[None]
        depth = np.linspace(0, DEPTH, self._samples, dtype=np.float32)[:, None]
        self._depth = depth
        self._places = _Beams((FOOT + depth) * np.sin(angle), (FOOT + depth) * np.cos(angle) - FOOT)
        random = np.random.default_rng(seed)
        size = (2, self._samples * 2, self._beams * 2)
        self._scatter = _blur(random.standard_normal(size, dtype=np.float32))
        self._random = np.random.default_rng(seed + 1)
        self._electronic = self._random.rayleigh(1, size=(self._samples, self._beams)).astype(np.float32)
        self._screen(rows, columns)

    def _screen(self, rows: int, columns: int) -> None:
        scale = (DEPTH + 14) / rows
        x = (np.arange(columns, dtype=np.float32) - columns / 2) * scale
        y = np.arange(rows, dtype=np.float32)[:, None] * scale - 7
        along = np.hypot(x[None], y + FOOT) - FOOT
        turn = np.arctan2(x[None], y + FOOT)
        self._beam = (turn + SPREAD) / (2 * SPREAD) * (self._beams - 1)
        self._sample = along / DEPTH * (self._samples - 1)
        self._seen = filled(np.maximum(np.abs(along - DEPTH / 2) - DEPTH / 2, (np.abs(turn) - SPREAD) * 90), 0.7)
        self._x, self._y = np.broadcast_to(x[None], along.shape), np.broadcast_to(y, along.shape)

    def frame(self, number: int) -> NDArray[np.uint8]:
        """One grey picture, breathing along a sine."""
        breath = np.sin(2 * np.pi * number / BREATH_FRAMES)
        shift = 3.4 * breath
        echo = self._speckle(shift) * _reflectivity(self._places.sideways - shift, self._places.down - 0.6 * breath)
        echo += 0.012 * np.roll(self._electronic, (number * 37, number * 11), (0, 1)) * (0.4 + self._depth / DEPTH)
        grey = np.clip(0.62 + 0.2 * np.log10(echo + 1e-4) / 0.62, 0, 1) ** 1.25
        screen = self._bent(grey.astype(np.float32)) * self._seen
        self._ruler(screen)
        return (screen * 255).round().astype(np.uint8)

    def with_flow(self, number: int) -> NDArray[np.uint8]:
        """The same with colour where blood flows towards the probe (red) or away (blue)."""
        grey = self.frame(number)
        vein = _vein(self._x, self._y)
        core = np.clip(-vein / 4.6, 0, 1) ** 0.5
        ripple = 0.82 + 0.18 * np.sin(self._x * 0.9 + self._y * 0.6)
        towards = step(self._x, 6.0, 9.0)
        strength = (core * ripple)[..., None]
        red = np.stack([0.55 + 0.45 * core, 0.12 + 0.5 * core**2, 0.08 * np.ones_like(core)], axis=-1)
        blue = np.stack([0.06 * np.ones_like(core), 0.2 + 0.45 * core**2, 0.5 + 0.45 * core], axis=-1)
        colour = red * towards[..., None] + blue * (1 - towards[..., None])
        base = np.repeat(grey[..., None] / 255.0, 3, axis=-1)
        box = np.maximum(np.abs(self._x - 2) - 42, np.abs(self._y - 58) - 26)
        mixed = np.where((strength > 0.12) & (box < 0)[..., None], colour * (0.4 + 0.6 * strength), base)
        frame = (np.abs(box) < 0.35)[..., None]
        return (np.clip(np.where(frame, 0.75, mixed), 0, 1) * 255).round().astype(np.uint8)

    def _speckle(self, shift: float) -> Field:
        """Interference of many scatterers: the length of a complex sum (Rayleigh), carried along by the tissue."""
        beams = round(shift / (2 * FOOT * SPREAD * 2) * self._beams)
        moved = self._scatter[:, self._samples // 2 : self._samples // 2 + self._samples]
        start = self._beams // 2 + beams
        real, imaginary = moved[:, :, start : start + self._beams]
        return np.asarray(np.hypot(real, imaginary), dtype=np.float32)

    def _bent(self, polar: Field) -> Field:
        """From beams to screen, between the four neighbours."""
        beam, sample = np.clip(self._beam, 0, self._beams - 1.001), np.clip(self._sample, 0, self._samples - 1.001)
        column, row = beam.astype(np.int32), sample.astype(np.int32)
        right, below = beam - column, sample - row
        upper = polar[row, column] * (1 - right) + polar[row, column + 1] * right
        lower = polar[row + 1, column] * (1 - right) + polar[row + 1, column + 1] * right
        return np.asarray(upper * (1 - below) + lower * below, dtype=np.float32)

    def _ruler(self, screen: Field) -> None:
        """A mark each 10 mm at the right, a grey scale at the left."""
        rows, columns = screen.shape
        scale = (DEPTH + 14) / rows
        for centimetre in range(16):
            row = min(rows - 1, round((centimetre * 10 + 7) / scale))
            screen[row, columns - columns // 40 * (2 if centimetre % 5 == 0 else 1) : columns - 3] = 0.55
        bar = np.linspace(1, 0, rows // 3, dtype=np.float32)[:, None]
        screen[rows // 12 : rows // 12 + len(bar), columns // 40 : columns // 40 + max(2, columns // 80)] = bar


def _blur(noise: Field) -> Field:
    """Scatterers as the pulse sees them: wider across the beam than along it."""
    for axis, rounds in ((1, 2), (2, 3)):
        for _ in range(rounds):
            noise = 2 * noise + np.roll(noise, 1, axis) + np.roll(noise, -1, axis)
    return np.asarray(noise / noise.std(), dtype=np.float32)


def _oval(x: Field, y: Field, cx: float, cy: float, rx: float, ry: float, degrees: float = 0.0) -> Field:
    turn = np.radians(degrees)
    along = (x - cx) * np.cos(turn) + (y - cy) * np.sin(turn)
    across = -(x - cx) * np.sin(turn) + (y - cy) * np.cos(turn)
    return np.asarray((np.hypot(along / rx, across / ry) - 1) * min(rx, ry), dtype=np.float32)


def _vein(x: Field, y: Field) -> Field:
    """A branching vessel of the liver."""
    trunk = np.abs(y - 56 - 0.28 * x - 3 * np.sin(x / 13)) - 4.8 + 0.0028 * np.square(x - 8)
    branch = np.maximum(np.abs(y - 56 + 0.9 * (x - 6)) / 1.35 - 3.2 + 0.055 * np.abs(x - 8), 4 - x)
    return np.asarray(np.maximum(np.minimum(trunk, branch), np.abs(x - 8) - 31), dtype=np.float32)


def _reflectivity(x: Field, y: Field) -> Field:
    """How much comes back: skin layers, liver with its veins, gall bladder, kidney, diaphragm, and what they shadow."""
    wave = 0.8 * np.sin(x / 9) + 0.5 * np.sin(x / 4 + 1)
    echo = 0.24 + 0.0 * x
    for depth, strength, width in ((3, 0.9, 1.6), (9, 0.5, 1.2), (14, 0.75, 0.9), (19, 0.95, 0.8)):
        echo += strength * np.exp(-np.square((y - depth - 0.4 * wave) / width))
    echo = echo * (1 - 0.55 * filled(np.abs(y - 11.5) - 1.6, 2))
    vein = _vein(x, y)
    echo = echo * (1 - 0.93 * filled(vein, 1.4)) + 0.42 * np.exp(-np.square((vein - 0.7) / 0.8)) * step(y, 24, 3)
    bladder = _oval(x, y, -39, 62, 12, 22, 18)
    behind = filled(np.abs(x + 45 + 0.25 * (y - 80)) - 9, 6) * step(y, 84, 4)
    echo = echo * (1 - 0.985 * filled(bladder, 1.2)) + 0.5 * np.exp(-np.square((bladder - 0.6) / 0.7))
    echo = echo * (1 + 0.7 * behind)
    kidney = _oval(x, y, 31, 99, 40, 20, 14)
    pyramids = _oval(np.mod(x - 0.25 * y + 3, 14) - 7, np.abs(y - 98 - 0.25 * (x - 33)) - 8.4, 0, 0, 4.4, 4.2)
    sinus = _oval(x, y, 35, 98.5, 26, 6.4, 14) + 1.1 * wave
    cortex = 0.15 - 0.06 * filled(pyramids, 2)
    inside = filled(kidney, 1.2)
    echo = echo * (1 - inside) + inside * cortex + 0.55 * filled(sinus, 3)
    echo += 0.7 * np.exp(-np.square((kidney - 0.4) / 0.8))
    dome = y - 137 + 0.011 * np.square(x + 8) + 0.4 * wave
    left = step(-x, -14, 9)
    echo = echo * (1 - 0.75 * step(dome, 3, 1.5) * left) + 1.5 * np.exp(-np.square(dome / 1.3)) * left
    return np.asarray(echo * np.exp(-y / 210), dtype=np.float32)
