"""DICOM files made for one test each, and ways to have them examined."""

import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from studies.archive.examination import examine
from studies.archive.examined import Examined, Outcome, Refused, Source

STUDY, SERIES, SOP = "1.2.3.1", "1.2.3.1.1", "1.2.3.1.1.1"


def gradient(rows: int = 16, columns: int = 16, dtype: str = "u2") -> npt.NDArray[Any]:
    """0, 1, 2 … row after row."""
    return np.arange(rows * columns).reshape(rows, columns).astype(dtype)


def dataset(pixels: Any = None, **values: Any) -> Dataset:
    """A CT slice of Anna Peeters; `pixels` (rows, columns), (frames, rows, columns) or (rows, columns, 3).

    `values` replace or add elements by keyword; None leaves one out.
    """
    pixels = gradient() if pixels is None else pixels
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    colour = pixels.ndim == 3 and pixels.shape[2] == 3
    ds.SOPClassUID, ds.SOPInstanceUID = CTImageStorage, SOP
    ds.StudyInstanceUID, ds.SeriesInstanceUID = STUDY, SERIES
    ds.PatientName, ds.PatientID, ds.PatientBirthDate, ds.Modality = "Peeters^Anna", "P1", "19510914", "CT"
    ds.Rows, ds.Columns = pixels.shape[:2] if colour else pixels.shape[-2:]
    if pixels.ndim == 3 and not colour:
        ds.NumberOfFrames = len(pixels)
    ds.SamplesPerPixel = 3 if colour else 1
    ds.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"
    if colour:
        ds.PlanarConfiguration = 0
    ds.BitsAllocated = ds.BitsStored = pixels.dtype.itemsize * 8
    ds.HighBit = ds.BitsStored - 1
    ds.PixelRepresentation = int(pixels.dtype.kind == "i")
    ds.PixelData = pixels.tobytes()
    ds["PixelData"].VR = "OB" if pixels.dtype.itemsize == 1 else "OW"
    with warnings.catch_warnings(action="ignore"):  # some tests write what the standard forbids
        for keyword, value in values.items():
            if value is None:
                delattr(ds, keyword)
            else:
                setattr(ds, keyword, value)
    return ds


def written(ds: Dataset) -> bytes:
    """The file, with preamble."""
    ds.file_meta.MediaStorageSOPClassUID = ds.get("SOPClassUID", CTImageStorage)
    ds.file_meta.MediaStorageSOPInstanceUID = ds.get("SOPInstanceUID", SOP)
    file = io.BytesIO()
    with warnings.catch_warnings(action="ignore"):
        ds.save_as(file, enforce_file_format=True)
    return file.getvalue()


def outcome_of(content: bytes, root: Path, **options: Any) -> Outcome:
    """The file `content`, examined in this process into `root/staged`."""
    path = root / "arrived.dcm"
    path.write_bytes(content)
    return examine(Source("arrived.dcm", str(path)), root, "staged", **options)


def examined(content: bytes, root: Path, **options: Any) -> Examined:
    outcome = outcome_of(content, root, **options)
    assert isinstance(outcome, Examined), outcome
    return outcome


def refused(content: bytes, root: Path, **options: Any) -> Refused:
    outcome = outcome_of(content, root, **options)
    assert isinstance(outcome, Refused), outcome
    return outcome
