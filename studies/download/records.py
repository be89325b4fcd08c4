"""What a DICOMDIR says of a patient, a study, a series and each file: the keys of directory records (PS3.3 §F.5).

What every record must name comes from the database; what only documents, presentation states and the like must name,
from the header that the archive described at ingest.
"""

import gzip
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from studies.models import Instance, InstanceKind, Patient, Series, Study

from .elements import element, from_json

PRIVATE = "PRIVATE"
Header = Mapping[str, Any]  # DICOM JSON, PS3.18 §F.2
_IMAGE = "IMAGE"
_UTF8 = element("SpecificCharacterSet", "ISO_IR 192")
_LONGEST_HEADER = 8 * 2**20
_STORAGE = "1.2.840.10008.5.1.4.1.1."


class _Keys(NamedTuple):
    """Those without which there is no such record (Type 1), those that may be empty (2), those that may be left out."""

    needed: tuple[str, ...]
    possibly_empty: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


_CONTENT_TIME = ("ContentDate", "ContentTime")
_LABELLED = ("ContentDescription", "ContentCreatorName")
_KEYS = {
    "SR DOCUMENT": _Keys(
        (*_CONTENT_TIME, "ConceptNameCodeSequence", "CompletionFlag", "VerificationFlag"),
        optional=("VerificationDateTime", "ContentSequence"),
    ),
    "KEY OBJECT DOC": _Keys((*_CONTENT_TIME, "ConceptNameCodeSequence"), optional=("ContentSequence",)),
    "PRESENTATION": _Keys(
        ("PresentationCreationDate", "PresentationCreationTime", "ContentLabel"),
        _LABELLED,
        ("ReferencedSeriesSequence", "BlendingSequence"),
    ),
    "WAVEFORM": _Keys(_CONTENT_TIME),
    "RAW DATA": _Keys(_CONTENT_TIME),
    "REGISTRATION": _Keys((*_CONTENT_TIME, "ContentLabel"), _LABELLED),
    "FIDUCIAL": _Keys((*_CONTENT_TIME, "ContentLabel"), _LABELLED),
    "VALUE MAP": _Keys((*_CONTENT_TIME, "ContentLabel"), _LABELLED),
    "SURFACE": _Keys((*_CONTENT_TIME, "ContentLabel"), _LABELLED),
    "SPECTROSCOPY": _Keys(
        ("ImageType", *_CONTENT_TIME, "NumberOfFrames", "Rows", "Columns", "DataPointRows", "DataPointColumns"),
        optional=("ReferencedImageEvidenceSequence",),
    ),
    "ENCAP DOC": _Keys(
        ("MIMETypeOfEncapsulatedDocument",),
        (*_CONTENT_TIME, "DocumentTitle", "ConceptNameCodeSequence"),
        ("HL7InstanceIdentifier",),
    ),
    "RT DOSE": _Keys(("DoseSummationType",)),
    "RT STRUCTURE SET": _Keys(("StructureSetLabel",), ("StructureSetDate", "StructureSetTime")),
    "RT PLAN": _Keys(("RTPlanLabel",), ("RTPlanDate", "RTPlanTime")),
    "RT TREAT RECORD": _Keys((), ("TreatmentDate", "TreatmentTime")),
}
# By SOP class below the common root, first what is more exact. PS3.3 §F.4, PS3.4 §B.5.
_TYPES = (
    ("88.59", "KEY OBJECT DOC"),
    ("88", "SR DOCUMENT"),
    ("11", "PRESENTATION"),
    ("9", "WAVEFORM"),
    ("104", "ENCAP DOC"),
    ("66.1", "REGISTRATION"),
    ("66.2", "FIDUCIAL"),
    ("66.3", "REGISTRATION"),
    ("66.5", "SURFACE"),
    ("66", "RAW DATA"),
    ("67", "VALUE MAP"),
    ("4.2", "SPECTROSCOPY"),
    ("481.2", "RT DOSE"),
    ("481.3", "RT STRUCTURE SET"),
    *((f"481.{number}", "RT TREAT RECORD") for number in (4, 6, 7, 9)),
    *((f"481.{number}", "RT PLAN") for number in (5, 8)),
)


def patient_keys(patient: Patient, header: Header) -> bytes:
    """As the files say it, so that a directory and its files agree; where they say nothing, as the portal knows it."""
    groups = (patient.name_alphabetic, patient.name_ideographic, patient.name_phonetic)
    name = "=".join(group.replace("=", " ") for group in groups).rstrip("=")
    return _UTF8 + _said(header, PatientName=name) + patient_id(patient, header)


def patient_id(patient: Patient, header: Header) -> bytes:
    """The element by which a medium tells its patients apart; Type 1: one of our own, if need be."""
    return _said(header, PatientID=patient.patient_id or patient.uuid.hex[:16])


def study_keys(study: Study, ordinal: int, header: Header) -> bytes:
    """Likewise. `ordinal`: which study of the medium it is."""
    made: datetime = study.performed_at.astimezone(ZoneInfo(study.institution.time_zone))
    return _UTF8 + _said(
        header,
        StudyDate=made.strftime("%Y%m%d"),
        StudyTime=made.strftime("%H%M%S"),
        AccessionNumber=study.request.accession_number or study.request.accession_as_received,
        StudyDescription=study.description,
        StudyInstanceUID=study.study_instance_uid or "",
        StudyID=str(ordinal),  # Type 1, for nothing but to tell the studies of one medium apart
    )


def series_keys(series: Series, ordinal: int) -> bytes:
    number = ordinal if series.number is None else series.number
    return b"".join(
        [
            _UTF8,
            element("Modality", series.modality or "OT"),
            element("SeriesDescription", series.description),
            element("SeriesInstanceUID", series.series_instance_uid),
            element("SeriesNumber", number),
        ]
    )


def instance_keys(instance: Instance, ordinal: int, described: Callable[[], Header]) -> tuple[str, bytes]:
    """The record's type and keys. `described`: the DICOM JSON of its header, asked for only where it is needed."""
    number = element("InstanceNumber", ordinal if instance.number is None else instance.number)
    kind = _type_of(instance)
    if kind == _IMAGE:
        return kind, number
    if kind in _KEYS and (keys := _special_keys(_KEYS[kind], described(), number)):
        return kind, keys
    return PRIVATE, number


def _said(header: Header, **otherwise: str) -> bytes:
    """These elements, in the order of their tags, from the header or else with these values."""
    return b"".join(from_json(header, keyword) or element(keyword, value) for keyword, value in otherwise.items())


def header_in(metadata: Path) -> Header:
    """The DICOM JSON of a header as the archive keeps it; empty where there is none, or one too large to look into."""
    try:
        with gzip.open(metadata) as file:
            content = file.read(_LONGEST_HEADER + 1)
        found = json.loads(content) if len(content) <= _LONGEST_HEADER else {}
    except (FileNotFoundError, EOFError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _type_of(instance: Instance) -> str:
    if instance.kind == InstanceKind.IMAGE:
        return _IMAGE
    below = instance.sop_class_uid.removeprefix(_STORAGE)
    return next((kind for number, kind in _TYPES if below == number or below.startswith(f"{number}.")), PRIVATE)


def _special_keys(keys: _Keys, described: Header, number: bytes) -> bytes:
    """Nothing where one is missing that such a record needs."""
    written = {keyword: from_json(_narrowed(described), keyword) for group in keys for keyword in group}
    if not all(written[keyword] for keyword in keys.needed):
        return b""
    written |= {keyword: written[keyword] or element(keyword) for keyword in keys.possibly_empty}
    elements: list[bytes] = [number, *(found for found in written.values() if found)]
    elements.sort(key=_tag)  # as in any data set; each begins with its tag
    return _UTF8 + b"".join(elements)


def _narrowed(described: Header) -> Header:
    """Of a document's content only what modifies its title (PS3.3 §F.5.15), not the whole document."""
    content = described.get("0040A730")
    if not isinstance(content, dict):
        return described
    kept = [item for item in content.get("Value", []) if isinstance(item, dict) and _modifies(item)]
    return {**described, "0040A730": {"vr": "SQ", "Value": kept}}


def _modifies(item: Mapping[str, Any]) -> bool:
    relation = item.get("0040A010")
    return isinstance(relation, dict) and relation.get("Value") == ["HAS CONCEPT MOD"]


def _tag(encoded: bytes) -> tuple[int, int]:
    return int.from_bytes(encoded[:2], "little"), int.from_bytes(encoded[2:4], "little")
