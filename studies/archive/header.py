"""The header of a file: a bounded parse, and whose examination it says it is."""

import io
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, BinaryIO

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset
from pydicom.hooks import hooks, raw_element_vr
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence
from pydicom.valuerep import PersonName as DicomName

from .encoding import Encoding
from .errors import Incomplete, LimitExceeded, Unusable
from .examined import Clinician, Identity, PersonName
from .structure import Structure

# Wider than PS3.5 §9 (files with letters are met), but nothing that a path or an address could stumble over.
_UID = re.compile(r"[0-9A-Za-z._-]{1,64}")
_BIRTH = re.compile(r"(\d{4})[.-]?(\d\d)?[.-]?(\d\d)?")
_IDENTIFIER_LENGTH = 64
# Coding scheme designators under which registers of professionals are sent, by the register's name here.
_REGISTERS = {"RIZIV": "riziv", "INAMI": "riziv", "BIG": "big", "AGB": "agb", "RPPS": "rpps", "LANR": "lanr"}


def _without_private_sequences(raw: RawDataElement, found: dict[str, Any], **context: Any) -> None:
    """Says of what kind an element is; where only a dictionary of private tags knows, never a sequence.

    The parser would follow those without bound, and `structure.walk` cannot tell them.
    """
    raw_element_vr(raw, found, **context)
    if found["VR"] == "SQ" and raw.VR in (None, "UN") and raw.tag.is_private:
        found["VR"] = "UN"


hooks.register_callback("raw_element_vr", _without_private_sequences)


def parse(file: BinaryIO, encoding: Encoding, structure: Structure, limit: int) -> Dataset:
    """The elements before the pixel data; at most `limit` bytes of them. Values are decoded when they are read."""
    length = structure.header_end - encoding.start
    if length > limit:
        raise LimitExceeded(f"the header is larger than {limit // 2**20} MB")
    file.seek(encoding.start)
    return read_dataset(io.BytesIO(file.read(length)), encoding.implicit, encoding.little)


def identify(ds: Dataset, encoding: Encoding) -> Identity:
    """Whose examination it is. Raises `Incomplete` without usable UIDs, `Unusable` where an identifier is absurd."""
    year, month, day = birth_date(text(ds, "PatientBirthDate"))
    study_date, study_time = _study_moment(ds)
    return Identity(
        patient_id=_identifier(ds, "PatientID"),
        issuer=_identifier(ds, "IssuerOfPatientID"),
        name=_name(ds.get("PatientName")),
        sex=text(ds, "PatientSex")[:1].upper(),
        birth_year=year,
        birth_month=month,
        birth_day=day,
        accession_number=_identifier(ds, "AccessionNumber") or _requested_accession(ds),
        study_instance_uid=_uid(ds, "StudyInstanceUID"),
        series_instance_uid=_uid(ds, "SeriesInstanceUID"),
        sop_instance_uid=_uid(ds, "SOPInstanceUID"),
        sop_class_uid=text(ds, "SOPClassUID") or encoding.media_class,
        transfer_syntax_uid=encoding.transfer_syntax,
        study_date=study_date,
        study_time=study_time,
        utc_offset=text(ds, "TimezoneOffsetFromUTC"),
        study_description=text(ds, "StudyDescription"),
        modality=text(ds, "Modality").upper(),
        series_number=integer(ds, "SeriesNumber"),
        series_description=text(ds, "SeriesDescription"),
        body_part=text(ds, "BodyPartExamined").upper(),
        laterality=(text(ds, "ImageLaterality") or text(ds, "Laterality")).upper()[:1],
        instance_number=integer(ds, "InstanceNumber"),
        requesters=tuple(_requesters(ds)),
        copy_recipients=tuple(_copy_recipients(ds)),
    )


def text(ds: Dataset, keyword: str) -> str:
    """The value as text, several values joined by a backslash as in the file; "" if absent."""
    try:
        value = ds.get(keyword)
    except (ValueError, TypeError, OverflowError):  # a number that is none
        return ""
    if value is None or isinstance(value, bytes | Sequence):
        return ""
    joined = "\\".join(str(part) for part in value) if isinstance(value, MultiValue | list) else str(value)
    return joined.replace("\0", "").strip()


def numbers(ds: Dataset, keyword: str) -> tuple[float, ...]:
    """The values of a numeric element; () if absent or not numbers."""
    try:
        return tuple(float(part) for part in text(ds, keyword).split("\\"))
    except ValueError:
        return ()


def integer(ds: Dataset, keyword: str) -> int | None:
    """The first value as a whole number; None if absent, not a number or beyond 32 bits."""
    values = numbers(ds, keyword)
    return int(values[0]) if values and abs(values[0]) < 2**31 else None


def items(ds: Dataset, keyword: str) -> list[Dataset]:
    """The items of a sequence; [] if absent or not a sequence."""
    value = ds.get(keyword)
    return list(value) if isinstance(value, Sequence) else []


def birth_date(value: str) -> tuple[int | None, int | None, int | None]:
    """(year, month, day) of a date that may be cut short (`1951`, `195109`, `19510000`); None for what it lacks."""
    found = _BIRTH.fullmatch(value)
    if not found or not 1800 < int(found[1]) < 2200:
        return None, None, None
    year, month, day = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if not 1 <= month <= 12:
        return year, None, None
    try:
        date(year, month, day)
    except ValueError:
        return year, month, None
    return year, month, day


def _study_moment(ds: Dataset) -> tuple[date | None, str]:
    """When the study was made: its own date, else that of the series, the acquisition or the picture."""
    for what in ("Study", "Series", "Acquisition", "Content"):
        year, month, day = birth_date(text(ds, f"{what}Date"))
        if year and month and day:
            return date(year, month, day), text(ds, f"{what}Time")
    return None, ""


def _uid(ds: Dataset, keyword: str) -> str:
    value = text(ds, keyword)
    if not value:
        raise Incomplete(f"{keyword} is missing")
    if not _UID.fullmatch(value):
        raise Incomplete(f"{keyword} is not a UID")
    return value


def _identifier(ds: Dataset, keyword: str) -> str:
    """An identifier is never shortened: two patients could become one."""
    value = text(ds, keyword)
    if len(value) > _IDENTIFIER_LENGTH:
        raise LimitExceeded(f"{keyword} is longer than {_IDENTIFIER_LENGTH} characters")
    if not value.isprintable():
        raise Unusable(f"{keyword} contains control characters")
    return value


def _requested_accession(ds: Dataset) -> str:
    """From the request attributes, where only one order is behind the picture."""
    found = {_identifier(item, "AccessionNumber") for item in items(ds, "RequestAttributesSequence")} - {""}
    return found.pop() if len(found) == 1 else ""


def _name(value: object) -> PersonName:
    if isinstance(value, MultiValue):
        value = value[0] if value else None
    if not isinstance(value, DicomName):
        return PersonName()
    groups = (value.alphabetic, value.ideographic, value.phonetic)
    return PersonName(*(group.replace("\0", "").strip().rstrip("^ ") for group in groups))


def _requesters(ds: Dataset) -> Iterator[Clinician]:
    found = [
        *_clinicians(ds, "ReferringPhysicianName", "ReferringPhysicianIdentificationSequence"),
        *_clinicians(ds, "RequestingPhysician", "RequestingPhysicianIdentificationSequence"),
    ]
    yield from dict.fromkeys(found)


def _copy_recipients(ds: Dataset) -> Iterator[Clinician]:
    found = [
        *_clinicians(ds, "ConsultingPhysicianName", "ConsultingPhysicianIdentificationSequence"),
        *_clinicians(ds, "NamesOfIntendedRecipientsOfResults", ""),
    ]
    yield from dict.fromkeys(found)


def _clinicians(ds: Dataset, names: str, identifications: str) -> Iterator[Clinician]:
    """Pairs the names with the items of the identification sequence (PS3.3 §C.7.2.1: in the same order)."""
    value = ds.get(names)
    listed = list(value) if isinstance(value, MultiValue) else [value]
    written = [str(name).split("=")[0].strip().rstrip("^ ") if name else "" for name in listed]
    codes = [_register_number(item) for item in items(ds, identifications)] if identifications else []
    for index in range(max(len(written), len(codes))):
        name = written[index] if index < len(written) else ""
        system, identifier = codes[index] if index < len(codes) else ("", "")
        if name or identifier:
            yield Clinician(name, system, identifier)


def _register_number(item: Dataset) -> tuple[str, str]:
    """(register, number) of the first identification code; a scheme not known here is the institution's own."""
    for code in items(item, "PersonIdentificationCodeSequence"):
        identifier = text(code, "CodeValue") or text(code, "LongCodeValue")
        if identifier:
            return _REGISTERS.get(text(code, "CodingSchemeDesignator").upper(), "local"), identifier
    return "", ""
