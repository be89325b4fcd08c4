"""What examining one file gives: values only, so that they travel between processes."""

from dataclasses import dataclass, field
from datetime import date, datetime

from .kinds import InstanceKind, PixelState, QuarantineReason


@dataclass(frozen=True)
class PersonName:
    """DICOM PN, three component groups (PS3.5 §6.2.1.2), each `family^given^middle^prefix^suffix`."""

    alphabetic: str = ""
    ideographic: str = ""
    phonetic: str = ""


@dataclass(frozen=True)
class Clinician:
    """A clinician named in a file: `system` is a register (`riziv`, ...) or `local`; `identifier` as it came."""

    name: str = ""
    system: str = ""
    identifier: str = ""


@dataclass(frozen=True)
class Identity:
    """Whose examination, which one: the header of one file. Date parts are None where unknown."""

    patient_id: str
    issuer: str
    name: PersonName
    sex: str
    birth_year: int | None
    birth_month: int | None
    birth_day: int | None
    accession_number: str
    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    sop_class_uid: str
    transfer_syntax_uid: str
    study_date: date | None
    study_time: str  # DICOM TM as it came, without offset it is the institution's local time
    utc_offset: str  # (0008,0201) as it came, "" if absent
    study_description: str
    modality: str
    series_number: int | None
    series_description: str
    body_part: str
    laterality: str
    instance_number: int | None
    requesters: tuple[Clinician, ...] = ()
    copy_recipients: tuple[Clinician, ...] = ()


@dataclass(frozen=True)
class Pictures:
    """What was derived. Milliseconds a frame for cine; position (mm along the normal) orders the slices of a series."""

    kind: InstanceKind
    state: PixelState
    frames: int = 0
    rows: int = 0
    columns: int = 0
    position: float | None = None
    frame_milliseconds: float | None = None
    orientation_left: str = ""
    orientation_right: str = ""
    orientation_top: str = ""
    orientation_bottom: str = ""
    window_center: float | None = None
    window_width: float | None = None
    preview_width: int = 0
    preview_height: int = 0
    has_full_size: bool = False
    pixel_digest: str = ""


@dataclass(frozen=True)
class Source:
    """A file to examine: `path` on disk, or the `member` of the ZIP there. `name` is how it is reported."""

    name: str
    path: str
    member: str = ""


@dataclass(frozen=True)
class Examined:
    """A file that can be stored.

    `staged` is its folder below ARCHIVE_ROOT (`staging/...`): the bytes as received, fsynced, and the derived files
    beside them, laid out as `layout.Folder` says. `layout.place` renames that folder to where it stays.
    """

    name: str
    size: int
    sha256: str
    crc32: int
    identity: Identity
    pictures: Pictures
    staged: str


@dataclass(frozen=True)
class Skipped:
    """Not a DICOM instance: `reason` in plain English for the operator."""

    name: str
    reason: str


@dataclass(frozen=True)
class Refused:
    """A file for quarantine. `staged` is its folder below ARCHIVE_ROOT, "" if its bytes could not be had."""

    name: str
    reason: QuarantineReason
    detail: str
    size: int = 0
    sha256: str = ""
    staged: str = ""
    received_at: datetime | None = field(default=None, compare=False)


Outcome = Examined | Skipped | Refused
