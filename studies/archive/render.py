"""Pictures for people: preview, full size and thumbnail as JPEG, from a normalised frame."""

from dataclasses import dataclass

import imagecodecs
import numpy as np
import numpy.typing as npt
from PIL import Image
from pydicom.dataset import Dataset

from .functional import group
from .header import numbers

PREVIEW_SIDE = 1024
THUMBNAIL_SIDE = 160
_LARGEST_SIDE = 16_384  # libjpeg takes 65,500; browsers give up earlier
_QUALITY = 92
_THUMBNAIL_QUALITY = 85
_SQUARE = 0.01  # a smaller difference between height and width of a pixel is nobody's to see
_LONGEST_PIXEL = 10.0

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Size:
    width: int
    height: int

    def within(self, side: int) -> "Size":
        """The same proportions, the longest side at most `side`."""
        longest = max(self.width, self.height)
        if longest <= side:
            return self
        return Size(max(1, round(self.width * side / longest)), max(1, round(self.height * side / longest)))


def pixel_ratio(ds: Dataset) -> float:
    """Height of a pixel divided by its width; 1.0 where the file says nothing usable (PS3.3 §C.7.6.3.1.7)."""
    measures = group(ds, 0, "PixelMeasuresSequence")
    for item, keyword in (
        (measures, "PixelSpacing"),
        (ds, "PixelAspectRatio"),
        (ds, "ImagerPixelSpacing"),
        (ds, "NominalScannedPixelSpacing"),
    ):
        values = numbers(item, keyword)
        if len(values) == 2 and min(values) > 0:
            ratio = values[0] / values[1]
            return ratio if 1 / _LONGEST_PIXEL <= ratio <= _LONGEST_PIXEL and abs(ratio - 1) > _SQUARE else 1.0
    return 1.0


def shown_size(rows: int, columns: int, ratio: float) -> Size:
    """The size with square pixels: the coarser direction is enlarged, none is shrunk."""
    size = Size(columns, round(rows * ratio)) if ratio > 1 else Size(round(columns / ratio), rows)
    return size.within(_LARGEST_SIDE)


def resized(picture: Picture, size: Size, reducing_gap: float = 3.0) -> Picture:
    """`picture` at another size. A smaller `reducing_gap` (Pillow's, from 1.0) is quicker and less exact."""
    if picture.shape[:2] == (size.height, size.width):
        return picture
    image = Image.fromarray(picture).resize(
        (size.width, size.height), Image.Resampling.LANCZOS, reducing_gap=reducing_gap
    )
    return np.asarray(image)


def jpeg(picture: Picture, quality: int = _QUALITY) -> bytes:
    """JPEG of a grey (rows, columns) or RGB (rows, columns, 3) picture, colour without subsampling."""
    return bytes(imagecodecs.jpeg8_encode(np.ascontiguousarray(picture), level=quality, subsampling="444"))


def thumbnail(picture: Picture) -> bytes:
    size = Size(picture.shape[1], picture.shape[0]).within(THUMBNAIL_SIDE)
    return jpeg(resized(picture, size, reducing_gap=1.5), _THUMBNAIL_QUALITY)
