"""Every frame of a file, decoded and normalised.

Colour of every kind becomes RGB with 8 bits a sample; grey keeps its depth and sign, with overlays and other unused
bits masked away; float pixels become 16 bits and a scale. Frames are decoded one by one, so that memory holds one.
"""

import hashlib
import math
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset
from pydicom.pixels.processing import convert_color_space

from .codecs import decoder_for
from .encoding import Encoding
from .errors import LimitExceeded, Undecodable
from .header import integer, text
from .limits import Limits
from .palette import Palette, palette_of
from .structure import Pixels

Frame = npt.NDArray[Any]

_GREY = frozenset({"MONOCHROME1", "MONOCHROME2"})
_COLOUR = frozenset({"RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT"})
_LUMINANCE = frozenset({"YBR_FULL", "YBR_FULL_422"})  # left as such by the decoders; ICT and RCT are not
_PALETTE = "PALETTE COLOR"
# pydicom's own corrections fail on read-only frames, and know nothing of a high bit elsewhere: `_plain_grey` does both.
_UNCORRECTED = {"correct_unused_bits": False, "apply_j2k_sign_correction": False, "apply_jls_sign_correction": False}
_STRIP = 1 << 20  # pixels converted at once, so that intermediate floats stay small


@dataclass(frozen=True)
class Scale:
    """What a stored value means before the modality LUT: `value = stored * slope + intercept`."""

    slope: float = 1.0
    intercept: float = 0.0


@dataclass(frozen=True)
class Shape:
    """What the header says about the pixels; bounded before anything is decoded."""

    frames: int
    rows: int
    columns: int
    samples: int
    allocated: int
    stored: int
    high_bit: int
    signed: bool
    photometric: str

    @property
    def colour(self) -> bool:
        """Normalised frames are RGB."""
        return self.photometric in _COLOUR or self.photometric == _PALETTE


def shape_of(ds: Dataset, limits: Limits) -> Shape:
    """Raises `LimitExceeded` for more than is decoded here, `Undecodable` for what cannot be a picture."""
    samples = integer(ds, "SamplesPerPixel") or 1
    allocated = integer(ds, "BitsAllocated") or 0
    stored = integer(ds, "BitsStored") or allocated
    high_bit = integer(ds, "HighBit")
    shape = Shape(
        frames=max(1, integer(ds, "NumberOfFrames") or 1),
        rows=integer(ds, "Rows") or 0,
        columns=integer(ds, "Columns") or 0,
        samples=samples,
        allocated=allocated,
        stored=stored,
        high_bit=stored - 1 if high_bit is None else high_bit,
        signed=integer(ds, "PixelRepresentation") == 1,
        photometric=text(ds, "PhotometricInterpretation").upper() or ("RGB" if samples == 3 else "MONOCHROME2"),
    )
    if shape.rows <= 0 or shape.columns <= 0 or allocated not in (1, 8, 16, 32, 64) or not 0 < stored <= allocated:
        raise Undecodable("rows, columns or bits are impossible")
    if shape.samples != (3 if shape.photometric in _COLOUR else 1) or not (shape.colour or shape.photometric in _GREY):
        raise Undecodable("an unknown kind of colour")
    area = shape.rows * shape.columns * samples
    if area > limits.samples_a_frame:
        raise LimitExceeded(f"{shape.columns} × {shape.rows} pixels are more than is decoded here")
    if shape.frames > limits.frames or area * shape.frames * max(1, allocated // 8) > limits.decoded_bytes:
        raise LimitExceeded(f"{shape.frames} frames of this size are more than is decoded here")
    return shape


class Pictures:
    """The normalised frames of one file.

    `scale` differs from the identity for float pixels only. Grey frames are uint8, uint16, int16, uint32 or int32 of
    shape (rows, columns); colour is uint8 of shape (rows, columns, 3).
    """

    def __init__(self, ds: Dataset, file: BinaryIO, encoding: Encoding, pixels: Pixels, limits: Limits) -> None:
        self.shape = shape_of(ds, limits)
        self._file, self._pixels = file, pixels
        self._palette = palette_of(ds, little=encoding.little) if self.shape.photometric == _PALETTE else None
        try:
            self._decoder = decoder_for(encoding.transfer_syntax)
        except NotImplementedError as error:
            raise Undecodable(f"no decoder for transfer syntax {encoding.transfer_syntax}") from error
        if self._decoder.is_encapsulated == (pixels.length is not None):
            raise Undecodable("the pixel data are not encoded as the transfer syntax says")
        self._options = _decoding_options(ds, self.shape, pixels)
        self._check_length()
        self.scale = self._float_scale() if pixels.keyword != "PixelData" else Scale()

    def __iter__(self) -> Iterator[Frame]:
        count = 0
        for frame in self._decoded(None):
            count += 1
            if count > self.shape.frames:
                return  # a JPEG stream may hold more pictures than the header counts
            yield self._normalised(frame)
        if count < self.shape.frames:
            raise Undecodable(f"{count} of {self.shape.frames} frames are there")

    def frame(self, index: int) -> Frame:
        """One frame, counted from 0. An iteration under way goes on undisturbed: it reads the same file."""
        place = self._file.tell()
        try:
            for frame in self._decoded([index]):
                return self._normalised(frame)
        finally:
            self._file.seek(place)
        raise Undecodable(f"frame {index + 1} is not there")

    def _decoded(self, indices: Iterable[int] | None) -> Iterator[Frame]:
        self._file.seek(self._pixels.offset)
        try:
            for frame, properties in self._decoder.iter_array(self._file, indices=indices, raw=True, **self._options):
                yield _to_rgb(frame) if properties["photometric_interpretation"] in _LUMINANCE else frame
        except (RuntimeError, ValueError, EOFError, StopIteration, struct.error) as error:
            if isinstance(error, RecursionError):
                raise
            raise Undecodable(f"no decoder reads the pixels ({type(error).__name__})") from error

    def _check_length(self) -> None:
        shape = self.shape
        if self._pixels.length is None:
            return
        samples = 2 if shape.photometric == "YBR_FULL_422" else shape.samples
        bits = shape.rows * shape.columns * samples * shape.allocated
        if math.ceil(bits * shape.frames / 8) > self._pixels.length:
            raise Undecodable("there are fewer pixels than the header says")

    def _normalised(self, frame: Frame) -> Frame:
        if self._palette is not None:
            return self._palette.colours(frame)
        if self.shape.colour:
            return _eight_bits(frame, self.shape.stored)
        if frame.dtype.kind == "f":
            return np.rint((frame - self.scale.intercept) / self.scale.slope).astype(np.uint16)
        return _plain_grey(frame, self.shape, self.shape.high_bit if self._pixels.length is not None else None)

    def _float_scale(self) -> Scale:
        lowest, highest = math.inf, -math.inf
        for frame in self._decoded(None):
            finite = frame[np.isfinite(frame)]
            if finite.size != frame.size:
                raise Undecodable("the pixels are not numbers")
            lowest, highest = min(lowest, float(finite.min())), max(highest, float(finite.max()))
        return Scale(slope=(highest - lowest) / 65535 or 1.0, intercept=lowest)


def _decoding_options(ds: Dataset, shape: Shape, pixels: Pixels) -> dict[str, Any]:
    """What pydicom's decoders want to know ("Decoding options", pydicom 3 user guide)."""
    options: dict[str, Any] = {
        "pixel_keyword": pixels.keyword,
        "rows": shape.rows,
        "columns": shape.columns,
        "samples_per_pixel": shape.samples,
        "photometric_interpretation": shape.photometric,
        "bits_allocated": shape.allocated,
        "bits_stored": shape.stored,
        "pixel_representation": int(shape.signed),
        "number_of_frames": shape.frames,
        **_UNCORRECTED,
    }
    if pixels.vr:
        options["pixel_vr"] = pixels.vr
    if shape.samples > 1:
        options["planar_configuration"] = integer(ds, "PlanarConfiguration") or 0
    offsets, lengths = ds.get("ExtendedOffsetTable"), ds.get("ExtendedOffsetTableLengths")
    if isinstance(offsets, bytes) and isinstance(lengths, bytes):
        options["extended_offsets"] = (offsets, lengths)
    return options


def _to_rgb(frame: Frame) -> Frame:
    rows = max(1, _STRIP // frame.shape[1])
    for start in range(0, len(frame), rows):
        strip = frame[start : start + rows]
        strip[:] = convert_color_space(strip, "YBR_FULL", "RGB")
    return frame


def _eight_bits(frame: Frame, stored: int) -> Frame:
    if frame.dtype.itemsize == 1:
        return np.ascontiguousarray(frame.view(np.uint8))
    unsigned = frame.astype(frame.dtype.newbyteorder("=")).view(f"u{frame.dtype.itemsize}")
    return np.ascontiguousarray(np.clip(unsigned >> max(0, stored - 8), 0, 255).astype(np.uint8))


def _plain_grey(frame: Frame, shape: Shape, high_bit: int | None) -> Frame:
    """Grey in the sign and the depth of the header; `high_bit` None: the value begins at bit 0."""
    frame = np.ascontiguousarray(frame, dtype=frame.dtype.newbyteorder("="))
    size = frame.dtype.itemsize * 8
    top = shape.stored - 1 if high_bit is None else high_bit
    if shape.stored < size and shape.allocated > 1:
        # Up and down again: away with overlays above and below, and the sign where it belongs (PS3.5 §8.1.1).
        frame = frame.view(f"{'i' if shape.signed else 'u'}{frame.dtype.itemsize}")
        frame = (frame << (size - 1 - top)) >> (size - shape.stored)
    if shape.stored <= 8:
        return frame.astype(np.int16 if shape.signed else np.uint8, copy=False)
    if shape.stored <= 16:
        return frame.astype(np.int16 if shape.signed else np.uint16, copy=False)
    if shape.stored <= 32:
        return frame.astype(np.int32 if shape.signed else np.uint32, copy=False)
    raise Undecodable("more than 32 bits a pixel")


class Digest:
    """SHA-256 over normalised frames, each with its type and shape: equal digests are equal pictures."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, frame: Frame) -> None:
        self._hash.update(f"{frame.dtype.str}{frame.shape}".encode())
        self._hash.update(np.ascontiguousarray(frame).data)

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


__all__ = ["Digest", "Frame", "Palette", "Pictures", "Scale", "Shape", "shape_of"]
