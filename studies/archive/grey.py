"""From stored grey values to what a screen shows: modality LUT, VOI LUT, inversion (PS3.4 §N.2, PS3.3 §C.11)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset

from .functional import group
from .header import items, numbers, text
from .pixels import Frame, Scale

_STRIP = 1 << 20  # pixels looked up at once
_WIDEST_TABLE = 1 << 16
_PERCENTILES = (0.5, 99.5)


class Function(StrEnum):
    """VOI LUT Function (PS3.3 §C.11.2.1.2)."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True)
class Window:
    center: float
    width: float
    function: Function = Function.LINEAR

    def apply(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """`values` in the units after the modality LUT, to 0..1."""
        if self.function is Function.SIGMOID:
            exponent = np.clip(-4 * (values - self.center) / self.width, -700, 700)
            return np.asarray(1 / (1 + np.exp(exponent)), np.float64)
        if self.function is Function.LINEAR_EXACT or self.width < 1:
            return np.asarray(np.clip((values - self.center) / self.width + 0.5, 0, 1), np.float64)
        if self.width == 1:
            return (values > self.center - 0.5).astype(np.float64)
        return np.asarray(np.clip((values - (self.center - 0.5)) / (self.width - 1) + 0.5, 0, 1), np.float64)


@dataclass(frozen=True)
class Table:
    """A LUT of the file: `first` is the value that its first entry belongs to; those beyond take the ends."""

    first: int
    bits: int
    entries: bytes  # uint16 in the machine's order

    def apply(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        entries = np.frombuffer(self.entries, np.uint16)
        index = np.clip(np.rint(values) - self.first, 0, len(entries) - 1).astype(np.int64)
        return np.asarray(entries[index], np.float64)

    def shares(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The output as 0..1 of what the table's bits can say."""
        return np.asarray(np.clip(self.apply(values) / ((1 << self.bits) - 1), 0, 1), np.float64)


@dataclass(frozen=True)
class Rendering:
    """How one frame becomes 8 bits. A `voi` table takes the place of a `window` that the file lacks."""

    scale: Scale
    slope: float
    intercept: float
    modality: Table | None
    window: Window | None
    voi: Table | None
    inverted: bool

    def modal(self, stored: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """Stored values in the units of the modality (Hounsfield units for CT)."""
        values = stored.astype(np.float64) * self.scale.slope + self.scale.intercept
        return self.modality.apply(values) if self.modality else values * self.slope + self.intercept

    def levels(self, stored: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
        """Grey levels 0..255."""
        values = self.modal(stored)
        if self.window:
            shares = self.window.apply(values)
        elif self.voi:
            shares = self.voi.shares(values)
        else:
            raise ValueError("a rendering without a window or a table")
        levels = np.rint(shares * 255).astype(np.uint8)
        return 255 - levels if self.inverted else levels

    def picture(self, frame: Frame) -> npt.NDArray[np.uint8]:
        """A whole frame, by a table over its values where that is shorter, in strips."""
        low, high = int(frame.min()), int(frame.max())
        table = None
        if high - low < min(_WIDEST_TABLE, frame.size):
            table = self.levels(np.arange(low, high + 1))
        out = np.empty(frame.shape, np.uint8)
        rows = max(1, _STRIP // frame.shape[1])
        for start in range(0, len(frame), rows):
            strip = frame[start : start + rows]
            if table is None:
                out[start : start + rows] = self.levels(strip)
            else:
                np.take(table, np.subtract(strip, low, dtype=np.int64), out=out[start : start + rows])
        return out


def rendering_of(ds: Dataset, index: int, scale: Scale) -> Rendering:
    """What the file says about frame `index` (from 0); both `window` and `voi` are None where it says nothing."""
    transformation = group(ds, index, "PixelValueTransformationSequence")
    voi = group(ds, index, "FrameVOILUTSequence")
    window = _window(voi)
    return Rendering(
        scale=scale,
        slope=next(iter(numbers(transformation, "RescaleSlope")), 1.0) or 1.0,
        intercept=next(iter(numbers(transformation, "RescaleIntercept")), 0.0),
        modality=_table(ds, "ModalityLUTSequence"),
        window=window,
        voi=None if window else _table(voi, "VOILUTSequence"),
        inverted=text(ds, "PhotometricInterpretation") == "MONOCHROME1",
    )


def percentile_window(rendering: Rendering, frame: Frame, padding: int | None) -> Window:
    """A window from the pixels: all but half a percent at each end; the padding value does not count."""
    counted = frame[frame != padding] if padding is not None else frame
    if not counted.size:
        counted = frame
    low, high = np.percentile(counted, _PERCENTILES)
    ends = np.sort(rendering.modal(np.array([low, high])))
    low, high = float(ends[0]), float(ends[1])
    if high - low < 1 and rendering.scale != Scale():
        return Window((low + high) / 2, max(high - low, 1e-12), Function.LINEAR_EXACT)
    return Window((low + high + 1) / 2, high - low + 1)


def _window(ds: Dataset) -> Window | None:
    centers, widths = numbers(ds, "WindowCenter"), numbers(ds, "WindowWidth")
    if not centers or not widths or not np.isfinite([centers[0], widths[0]]).all() or widths[0] <= 0:
        return None
    name = text(ds, "VOILUTFunction")
    return Window(centers[0], widths[0], Function(name) if name in set(Function) else Function.LINEAR)


def _table(ds: Dataset, keyword: str) -> Table | None:
    """The first usable LUT (PS3.3 §C.11.1.1, §C.11.2.1.1)."""
    for item in items(ds, keyword):
        descriptor, entries = numbers(item, "LUTDescriptor"), item.get("LUTData")
        if len(descriptor) != 3 or entries is None:
            continue
        count = int(descriptor[0]) & 0xFFFF or 0x10000
        if isinstance(entries, bytes):
            values = np.frombuffer(entries[: len(entries) // 2 * 2], "<u2")
        else:
            values = np.atleast_1d(np.asarray(entries)).astype(np.uint16)
        if values.size and 8 <= descriptor[2] <= 16:
            return Table(int(descriptor[1]), int(descriptor[2]), values[:count].astype(np.uint16).tobytes())
    return None
