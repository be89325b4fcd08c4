"""Phantoms as DICOM Part 10 files (PS3.10 §7), their pixels JPEG-LS lossless; the same study gives the same bytes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid5

import numpy as np
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian, JPEGLSLossless

from .document import ENCAPSULATED_PDF, pdf
from .series import PhantomSeries, Picture

ROOT = UUID("6c1e33d1-6d8b-5f0c-9c6f-0b7f1f6f0d3a")
IMPLEMENTATION = "PACSONWEB_DEMO"


@dataclass(frozen=True)
class Named:
    """A clinician as a file names them: DICOM PN and RIZIV/INAMI number ("" where the hospital sent none)."""

    name: str
    riziv: str = ""


@dataclass(frozen=True)
class StudyHeader:
    """Whose study it is. `birth_date` is DICOM DA, "1938" for a year alone, "" for unknown; `at` is local time."""

    key: str
    patient_name: str
    patient_id: str
    issuer: str
    sex: str
    birth_date: str
    accession_number: str
    description: str
    institution: str
    at: datetime
    requester: Named
    copies: tuple[Named, ...] = ()


def uid(*parts: str | int) -> str:
    """A UID that these parts always get (PS3.5 §B.2: 2.25 and a UUID as a number)."""
    return f"2.25.{uuid5(ROOT, '/'.join(map(str, parts))).int}"


def write_study(header: StudyHeader, series: Iterable[PhantomSeries], folder: Path) -> None:
    """One file per picture below `folder`."""
    for number, one in enumerate(series, start=1):
        for picture in one.pictures:
            ds = _patient_and_study(header)
            _series(ds, header, one, number)
            ds.update(_elements(dict(one.attributes) | dict(picture.attributes)))
            ds.SOPInstanceUID = uid(header.key, number, ds.InstanceNumber)
            _pixels(ds, one, picture)
            _save(ds, folder / f"{header.key}-{number:02}-{ds.InstanceNumber:04}.dcm", JPEGLSLossless)


def write_document(header: StudyHeader, title: str, lines: tuple[str, ...], folder: Path) -> None:
    """A PDF of one page as an instance of the study."""
    ds = _patient_and_study(header)
    ds.SOPClassUID, ds.Modality = ENCAPSULATED_PDF, "DOC"
    ds.SeriesInstanceUID, ds.SOPInstanceUID = uid(header.key, "document"), uid(header.key, "document", 1)
    ds.SeriesNumber, ds.InstanceNumber, ds.SeriesDescription = 900, 1, title
    ds.DocumentTitle, ds.BurnedInAnnotation, ds.ConversionType = title, "NO", "WSD"
    ds.MIMETypeOfEncapsulatedDocument = "application/pdf"
    content = pdf(title, lines)
    ds.EncapsulatedDocument = content + b"\0" * (len(content) % 2)
    ds.EncapsulatedDocumentLength = len(content)
    _save(ds, folder / f"{header.key}-document.dcm", ExplicitVRLittleEndian)


def _patient_and_study(header: StudyHeader) -> Dataset:
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.PatientName, ds.PatientID, ds.IssuerOfPatientID = header.patient_name, header.patient_id, header.issuer
    ds.PatientSex = header.sex
    # A year alone is no valid DA, and yet hospitals send it; 0 switches pydicom's check off for this one element.
    ds.add(DataElement("PatientBirthDate", "DA", header.birth_date, validation_mode=0))
    ds.AccessionNumber, ds.StudyDescription, ds.StudyID = header.accession_number, header.description, "1"
    ds.StudyInstanceUID = uid(header.key)
    ds.InstitutionName = header.institution
    ds.Manufacturer, ds.ManufacturerModelName = "Generated", "Phantom"
    day, clock = header.at.strftime("%Y%m%d"), header.at.strftime("%H%M%S")
    for what in ("Study", "Series", "Content", "Acquisition"):
        setattr(ds, f"{what}Date", day)
        setattr(ds, f"{what}Time", clock)
    ds.ReferringPhysicianName = header.requester.name
    ds.ReferringPhysicianIdentificationSequence = Sequence(_identified([header.requester]))
    if header.copies:
        ds.ConsultingPhysicianName = [copy.name for copy in header.copies]
        ds.ConsultingPhysicianIdentificationSequence = Sequence(_identified(header.copies))
    return ds


def _identified(clinicians: Iterable[Named]) -> list[Dataset]:
    items = []
    for clinician in clinicians:
        if not clinician.riziv:
            continue
        code, item = Dataset(), Dataset()
        code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = clinician.riziv, "RIZIV", "RIZIV/INAMI"
        item.PersonIdentificationCodeSequence = Sequence([code])
        items.append(item)
    return items


def _series(ds: Dataset, header: StudyHeader, series: PhantomSeries, number: int) -> None:
    ds.SOPClassUID, ds.Modality = series.sop_class, series.modality
    ds.SeriesInstanceUID, ds.FrameOfReferenceUID = uid(header.key, number), uid(header.key, "frame of reference")
    ds.SeriesNumber, ds.SeriesDescription = number, series.description
    ds.ImageType = ["ORIGINAL", "PRIMARY"]


def _elements(attributes: dict[str, object]) -> Dataset:
    """Attributes by keyword; numbers as short decimal strings, as DS wants them (PS3.5 §6.2)."""
    ds = Dataset()
    for keyword, value in attributes.items():
        setattr(ds, keyword, _short(value))
    return ds


def _short(value: object) -> object:
    if isinstance(value, list):
        return [_short(part) for part in value]
    return round(float(value), 6) if isinstance(value, float | np.floating) else value


def _pixels(ds: Dataset, series: PhantomSeries, picture: Picture) -> None:
    pixels = picture.pixels
    colour = series.photometric == "RGB"
    ds.PhotometricInterpretation = series.photometric
    ds.SamplesPerPixel = 3 if colour else 1
    if colour:
        ds.PlanarConfiguration = 0
    ds.Rows, ds.Columns = pixels.shape[1:3] if pixels.ndim == 3 and not colour else pixels.shape[:2]
    ds.BitsAllocated = 8 if series.bits <= 8 else 16
    ds.BitsStored, ds.HighBit = series.bits, series.bits - 1
    ds.PixelRepresentation = int(pixels.dtype.kind == "i")
    ds.file_meta = FileMetaDataset()
    ds.compress(JPEGLSLossless, np.ascontiguousarray(pixels), generate_instance_uid=False, encoding_plugin="pyjpegls")


def _save(ds: Dataset, path: Path, syntax: str) -> None:
    if not hasattr(ds, "file_meta"):
        ds.file_meta = FileMetaDataset()
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.file_meta.TransferSyntaxUID = UID(syntax)
    ds.file_meta.ImplementationClassUID = UID(uid("implementation"))
    ds.file_meta.ImplementationVersionName = IMPLEMENTATION
    ds.save_as(path, enforce_file_format=True)
