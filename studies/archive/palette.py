"""Palette colour (PS3.3 §C.7.6.3.1.5) to RGB."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset
from pydicom.pixels.processing import _expand_segmented_lut

from .errors import Undecodable
from .header import numbers


@dataclass(frozen=True)
class Palette:
    """`first` is the stored value of the first entry of `table` (entries, 3); values beyond it take the ends."""

    first: int
    table: npt.NDArray[np.uint8]

    def colours(self, frame: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
        out = np.empty((*frame.shape, 3), np.uint8)
        for row, values in enumerate(frame):
            out[row] = self.table[np.clip(values.astype(np.int64) - self.first, 0, len(self.table) - 1)]
        return out


def palette_of(ds: Dataset, *, little: bool) -> Palette:
    """Raises `Undecodable` where a palette is missing or damaged."""
    descriptor = numbers(ds, "RedPaletteColorLookupTableDescriptor")
    if len(descriptor) != 3:
        raise Undecodable("the palette is missing")
    entries, first, bits = (int(value) for value in descriptor)
    entries = entries & 0xFFFF or 0x10000
    first &= 0xFFFF
    if ds.get("PixelRepresentation") == 1 and first > 0x7FFF:
        first -= 0x10000
    order = "<" if little else ">"
    channels = [_channel(ds, colour, entries, bits, order) for colour in ("Red", "Green", "Blue")]
    table: npt.NDArray[Any] = np.stack(channels, axis=1)
    if bits > 8 and table.max() > 0xFF:  # some writers announce 16 bits and fill 8
        table = table >> 8
    return Palette(first, table.astype(np.uint8))


def _channel(ds: Dataset, colour: str, entries: int, bits: int, order: str) -> npt.NDArray[np.uint16]:
    plain = ds.get(f"{colour}PaletteColorLookupTableData")
    segmented = ds.get(f"Segmented{colour}PaletteColorLookupTableData")
    if isinstance(plain, bytes):
        # PS3.3 §C.7.6.3.1.6: 8-bit entries are packed two a word, but many writers give each a word of its own.
        wide = len(plain) >= 2 * entries
        values: npt.NDArray[Any] = np.frombuffer(
            plain, f"{order}u2" if wide else "u1", count=min(entries, len(plain) // (1 + wide))
        )
    elif isinstance(segmented, bytes):
        values = _expand(segmented, order, bits)[:entries]
    else:
        raise Undecodable("the palette is missing")
    if not values.size:
        raise Undecodable("the palette is empty")
    return np.pad(values.astype(np.uint16), (0, entries - values.size), mode="edge")


def _expand(segmented: bytes, order: str, bits: int) -> npt.NDArray[Any]:
    words = np.frombuffer(segmented, f"{order}u2" if bits > 8 else "u1")
    try:
        return np.array(_expand_segmented_lut(tuple(int(word) for word in words), f"{order}{'H' if bits > 8 else 'B'}"))
    except (ValueError, IndexError, ZeroDivisionError) as error:
        raise Undecodable("the palette is damaged") from error
