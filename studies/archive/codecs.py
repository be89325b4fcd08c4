"""One more decoder behind pydicom's own: imagecodecs, for what the others refuse or do not know.

Follows pydicom's interface of decoding plugins ("Adding a decoding plugin", pydicom 3 user guide). 12-bit JPEG, the
retired JPEG processes and JPEG XL are read by nothing else; for the rest it comes last.
"""

from collections.abc import Callable
from typing import Any

import imagecodecs
import numpy as np
from pydicom import uid
from pydicom.pixels.decoders import base
from pydicom.pixels.decoders.base import Decoder, DecodeRunner, get_decoder
from pydicom.uid import UID

_JPEG = frozenset(
    UID(f"1.2.840.10008.1.2.4.{number}") for number in (50, 51, 53, 55, 57, 70)
)  # processes 1, 2 & 4, 6 & 8, 10 & 12, 14, 14 SV1
_RETIRED = (UID("1.2.840.10008.1.2.4.53"), UID("1.2.840.10008.1.2.4.55"))
_JPEG_XL = tuple(UID(f"1.2.840.10008.1.2.4.{number}") for number in (110, 111, 112))
_JPEG_2000 = frozenset({uid.JPEG2000Lossless, uid.JPEG2000})
_HTJ2K = frozenset({uid.HTJ2KLossless, uid.HTJ2KLosslessRPCL, uid.HTJ2K})
_JPEG_LS = frozenset({uid.JPEGLSLossless, uid.JPEGLSNearLossless})

DECODER_DEPENDENCIES = dict.fromkeys([*_JPEG, *_JPEG_XL, *_JPEG_2000, *_HTJ2K, *_JPEG_LS], ("imagecodecs",))


def is_available(syntax: str) -> bool:
    """Part of pydicom's plugin interface."""
    return syntax in DECODER_DEPENDENCIES


def decode_frame(frame: bytes, runner: DecodeRunner) -> bytes:
    """One decoded frame, colour by pixel; tells the runner how many bits a sample has and that colour is RGB."""
    pixels: np.ndarray[Any, Any] = codec_of(runner.transfer_syntax)(bytes(frame))
    if pixels.shape[:2] != (runner.rows, runner.columns):
        raise ValueError("the frame has other dimensions than the header says")
    samples = pixels.shape[2] if pixels.ndim == 3 else 1
    if samples != runner.samples_per_pixel:
        raise ValueError("the frame has other samples per pixel than the header says")
    runner.set_option("bits_allocated", pixels.dtype.itemsize * 8)
    if samples == 3:
        runner.set_option("planar_configuration", 0)
        runner.set_option("photometric_interpretation", "RGB")
    return pixels.tobytes()


def codec_of(syntax: UID) -> Callable[[bytes], Any]:
    """imagecodecs' decoder for a transfer syntax."""
    if syntax in _JPEG:
        return imagecodecs.jpeg_decode
    if syntax in _JPEG_XL:
        return imagecodecs.jpegxl_decode
    if syntax in _JPEG_2000:
        return imagecodecs.jpeg2k_decode
    if syntax in _JPEG_LS:
        return imagecodecs.jpegls_decode
    return imagecodecs.htj2k_decode


def _extended() -> dict[UID, Decoder]:
    decoders = {syntax: Decoder(syntax) for syntax in (*_RETIRED, *_JPEG_XL)}
    for syntax in DECODER_DEPENDENCIES:
        decoder = decoders.get(syntax) or get_decoder(syntax)
        if "imagecodecs" not in decoder.available_plugins:
            decoder.add_plugin("imagecodecs", (__name__, "decode_frame"))
    return decoders


_OWN = _extended()


def decoder_for(syntax: str) -> Decoder:
    """pydicom's decoder for a transfer syntax. Raises `NotImplementedError` where nothing reads it."""
    own = _OWN.get(UID(syntax))
    return own if own is not None else base.get_decoder(syntax)
