"""DICOM JSON (PS3.18 §F) of an instance, as DICOMweb's metadata resources say it.

Bulk data are left out; what describes the pixels is rewritten to match the frames that lie in the archive.
"""

import json

import numpy as np
from pydicom.dataset import Dataset

from .gathering import packed
from .pixels import Frame, Scale

HTJ2K_LOSSLESS = "1.2.840.10008.1.2.4.201"
_BULK = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
_LONGEST_BINARY = 1024
# Describes an encoding that the frames no longer have.
_OBSOLETE = (
    "PixelPaddingRangeLimit",
    *(
        f"{colour}PaletteColorLookupTable{part}"
        for colour in ("Red", "Green", "Blue")
        for part in ("Descriptor", "Data")
    ),
    *(f"Segmented{colour}PaletteColorLookupTableData" for colour in ("Red", "Green", "Blue")),
    "ExtendedOffsetTable",
    "ExtendedOffsetTableLengths",
    "EncapsulatedDocument",
)


def describe(ds: Dataset, frame: Frame | None, scale: Scale, stored: int) -> bytes:
    """The gzipped JSON object of one instance. Takes `ds` over and changes it.

    `frame` is one of its normalised frames, None if there are none; `stored` the bits that a grey value had.
    """
    for keyword in _OBSOLETE:
        if keyword in ds:
            delattr(ds, keyword)
    _drop_bulk(ds)
    if frame is not None:
        _match(ds, frame, scale, stored)
    described = ds.to_json_dict(suppress_invalid_tags=True)
    return packed(json.dumps(described, separators=(",", ":"), allow_nan=False).encode())


def _drop_bulk(ds: Dataset) -> None:
    """Also in sequences. Not `Dataset.walk`: its messages double with every level that an error passes through."""
    for tag in [*ds.keys()]:
        try:
            element = ds[tag]
        except Exception:  # noqa: BLE001 - whatever a value raises that cannot be read, it is left out
            del ds[tag]
            continue
        if element.VR == "SQ":
            for item in element.value:
                _drop_bulk(item)
        elif element.VR in _BULK and isinstance(element.value, bytes) and len(element.value) > _LONGEST_BINARY:
            del ds[tag]


def _match(ds: Dataset, frame: Frame, scale: Scale, stored: int) -> None:
    ds.AvailableTransferSyntaxUID = HTJ2K_LOSSLESS
    ds.BitsAllocated = frame.dtype.itemsize * 8
    ds.PixelRepresentation = int(np.issubdtype(frame.dtype, np.signedinteger))
    if frame.ndim == 3:
        # The frame is encoded with the reversible colour transform (PS3.3 §C.7.6.3.1.2).
        ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PlanarConfiguration, ds.BitsStored = 3, "YBR_RCT", 0, 8
        if "PixelPaddingValue" in ds:
            del ds.PixelPaddingValue
    else:
        ds.BitsStored = 16 if scale != Scale() else min(stored, ds.BitsAllocated)
    ds.HighBit = ds.BitsStored - 1
    if scale != Scale():
        slope = float(ds.get("RescaleSlope") or 1)
        intercept = float(ds.get("RescaleIntercept") or 0)
        ds.RescaleSlope, ds.RescaleIntercept = scale.slope * slope, scale.intercept * slope + intercept
