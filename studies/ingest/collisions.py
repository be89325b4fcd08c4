"""Two files with the same SOP Instance UID: which of them is the picture."""

from collections.abc import Iterable
from dataclasses import dataclass

from studies.archive.examined import Examined, Identity
from studies.archive.kinds import InstanceKind, QuarantineReason
from studies.ingest import columns, patients
from studies.models import Instance, Patient


@dataclass(frozen=True)
class Duplicate:
    """Nothing new: `reason` says how it was recognised."""

    reason: str


@dataclass(frozen=True)
class Quarantine:
    """Not taken over, kept apart; `detail` in plain English for the desk."""

    reason: QuarantineReason
    detail: str


def judge(versions: list[Instance], arrived: Examined) -> Duplicate | Quarantine:
    """What becomes of a file whose SOP Instance UID is here already, in `versions`, the current one last.

    The file that came first is never replaced here: a correction waits for the institution's click.
    """
    identity, current = arrived.identity, versions[-1]
    if any(version.sha256 == arrived.sha256 for version in versions):
        return Duplicate("the same file, byte for byte")
    study = current.series.study
    patient = study.request.patient
    same_pixels = _same_pixels(current, arrived)
    if not patients.same_id(patient, identity):
        return Quarantine(QuarantineReason.OTHER_PATIENT, f"Patient id here: {patient.patient_id or 'none'}.")
    if not same_pixels and not patients.births_agree(patient, identity):
        return Quarantine(QuarantineReason.OTHER_PATIENT, "The same patient id with another date of birth.")
    if study.study_instance_uid != identity.study_instance_uid:
        return Quarantine(QuarantineReason.OTHER_STUDY, f"Study here: {study.study_instance_uid}.")
    if not same_pixels:
        return Quarantine(QuarantineReason.OTHER_PIXELS, _difference(current))
    if current.patient_digest == patients.digest(identity):
        return Duplicate("the same picture")
    return Quarantine(QuarantineReason.CORRECTION, columns.text(_changes(patient, identity), 300))


def _same_pixels(current: Instance, arrived: Examined) -> bool:
    """Equal decoded pixels; what has none is only ever equal byte for byte."""
    return bool(current.pixel_digest) and current.pixel_digest == arrived.pictures.pixel_digest


def _difference(current: Instance) -> str:
    return "The first one stays." if current.kind == InstanceKind.IMAGE else "Its content differs; the first one stays."


def _changes(patient: Patient, identity: Identity) -> str:
    """What would change, old and new, for the one who decides."""
    arrived = patients.details(identity)
    birth = tuple(arrived[part] for part in patients.BIRTH_FIELDS)
    lines = [
        (label, str(getattr(patient, field)), str(arrived[field]))
        for label, field in (
            ("name", "name_alphabetic"),
            ("name in ideographs", "name_ideographic"),
            ("name in phonetic script", "name_phonetic"),
            ("sex", "sex"),
        )
    ]
    lines.append(("date of birth", _date([getattr(patient, part) for part in patients.BIRTH_FIELDS]), _date(birth)))
    return "; ".join(f"{label}: {old or '–'} → {new or '–'}" for label, old, new in lines if old != new)


def _date(parts: Iterable[object]) -> str:
    return "-".join(f"{part:02}" for part in parts if part is not None)
