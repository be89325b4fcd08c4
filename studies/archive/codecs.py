"""Which decoder reads which transfer syntax, behind pydicom's interface ("Adding a decoding plugin", its user guide).

imagecodecs reads nearly all of them, and is the only one for 12-bit JPEG, the retired JPEG processes and JPEG XL;
pyjpegls comes before it for JPEG-LS, pydicom itself reads RLE. GDCM is not asked: it aborts the process over damaged
JPEG. Nor is Pillow: it shifts JPEG 2000 whose sign is mistaken.
"""

from collections.abc import Callable
from typing import Any

import imagecodecs
import numpy as np
from pydicom import uid
from pydicom.pixels.decoders import base
from pydicom.pixels.decoders.base import Decoder, DecodeRunner
from pydicom.uid import UID

_JPEG = frozenset(
    UID(f"1.2.840.10008.1.2.4.{number}") for number in (50, 51, 53, 55, 57, 70)
)  # processes 1, 2 & 4, 6 & 8, 10 & 12, 14, 14 SV1
_RETIRED = (UID("1.2.840.10008.1.2.4.53"), UID("1.2.840.10008.1.2.4.55"))
_JPEG_XL = tuple(UID(f"1.2.840.10008.1.2.4.{number}") for number in (110, 111, 112))
_JPEG_2000 = frozenset({uid.JPEG2000Lossless, uid.JPEG2000})
_HTJ2K = frozenset({uid.HTJ2KLossless, uid.HTJ2KLosslessRPCL, uid.HTJ2K})
_JPEG_LS = frozenset({uid.JPEGLSLossless, uid.JPEGLSNearLossless})

_UNDONE = frozenset({"YBR_ICT", "YBR_RCT"})  # colour transforms that are part of JPEG 2000: its decoder undoes them
_KEPT = "pyjpegls"

DECODER_DEPENDENCIES = dict.fromkeys([*_JPEG, *_JPEG_XL, *_JPEG_2000, *_HTJ2K, *_JPEG_LS], ("imagecodecs",))


def is_available(syntax: str) -> bool:
    """Part of pydicom's plugin interface."""
    return syntax in DECODER_DEPENDENCIES


def decode_frame(frame: bytes, runner: DecodeRunner) -> bytes:
    """One decoded frame, colour by pixel; tells the runner how deep it is and what kind of colour."""
    if runner.transfer_syntax in _JPEG:
        pixels = _jpeg(bytes(frame), runner)
    else:
        pixels = codec_of(runner.transfer_syntax)(bytes(frame))
        if runner.photometric_interpretation in _UNDONE or runner.transfer_syntax in _JPEG_XL:
            runner.set_option("photometric_interpretation", "RGB")
    if pixels.shape[:2] != (runner.rows, runner.columns):
        raise ValueError("the frame has other dimensions than the header says")
    if (pixels.shape[2] if pixels.ndim == 3 else 1) != runner.samples_per_pixel:
        raise ValueError("the frame has other samples per pixel than the header says")
    runner.set_option("bits_allocated", pixels.dtype.itemsize * 8)
    if runner.samples_per_pixel == 3:
        runner.set_option("planar_configuration", 0)
    return pixels.tobytes()


def _jpeg(frame: bytes, runner: DecodeRunner) -> np.ndarray[Any, Any]:
    """The colour is left as it was encoded: libjpeg guesses from markers, the header knows."""
    pixels: np.ndarray[Any, Any]
    if runner.samples_per_pixel == 1:
        pixels = imagecodecs.jpeg_decode(frame)
    else:
        colour = "RGB" if runner.photometric_interpretation == "RGB" else "YCBCR"
        pixels = imagecodecs.jpeg_decode(frame, colorspace=colour, outcolorspace=colour)
    return pixels


def codec_of(syntax: UID) -> Callable[[bytes], Any]:
    """imagecodecs' decoder for a transfer syntax other than JPEG."""
    if syntax in _JPEG_XL:
        return imagecodecs.jpegxl_decode
    if syntax in _JPEG_2000:
        return imagecodecs.jpeg2k_decode
    if syntax in _JPEG_LS:
        return imagecodecs.jpegls_decode
    return imagecodecs.htj2k_decode


def _arranged() -> dict[UID, Decoder]:
    """pydicom's decoders (they are the process's own) with the plugins in the order wanted here, and some it lacks."""
    decoders = {syntax: Decoder(syntax) for syntax in (*_RETIRED, *_JPEG_XL)}
    for syntax in DECODER_DEPENDENCIES:
        if syntax not in decoders:
            decoders[syntax] = base.get_decoder(syntax)
        decoder = decoders[syntax]
        for label in decoder.available_plugins:
            if label != _KEPT:
                decoder.remove_plugin(label)
        decoder.add_plugin("imagecodecs", (__name__, "decode_frame"))
    return decoders


_DECODERS = _arranged()


def decoder_for(syntax: str) -> Decoder:
    """The decoder for a transfer syntax. Raises `NotImplementedError` where nothing reads it."""
    return _DECODERS.get(UID(syntax)) or base.get_decoder(syntax)
