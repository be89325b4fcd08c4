"""Whose examination a file shows: decision 3."""

import hashlib
import json
from enum import Enum
from typing import Any

from django.utils.translation import gettext_noop

from studies.archive.examined import Identity
from studies.ingest import columns
from studies.models import Institution, Patient

# Stored in English, translated where they are shown.
OTHER_BIRTH_DATE = gettext_noop("Another patient here has the same patient id and another date of birth.")
SEVERAL_FIT = gettext_noop("Several patients here have this patient id, and the file does not say which one is meant.")

BIRTH_FIELDS = ("birth_year", "birth_month", "birth_day")
NAME_FIELDS = ("name_alphabetic", "name_ideographic", "name_phonetic")
DETAIL_FIELDS = (*NAME_FIELDS, "sex", *BIRTH_FIELDS)


class Completed(Enum):
    """What a file added to what was known of its patient."""

    NOTHING = "nothing"
    DETAILS = "details"
    BIRTH_DATE = "birth date"


def details(identity: Identity) -> dict[str, Any]:
    """The patient's details in a file's header, by the names and in the lengths of the patient's columns."""
    return {
        "name_alphabetic": columns.text(identity.name.alphabetic, 324).rstrip("^ "),
        "name_ideographic": columns.text(identity.name.ideographic, 324).rstrip("^ "),
        "name_phonetic": columns.text(identity.name.phonetic, 324).rstrip("^ "),
        "sex": columns.text(identity.sex, 1),
        "birth_year": identity.birth_year,
        "birth_month": identity.birth_month,
        "birth_day": identity.birth_day,
    }


def digest(identity: Identity) -> str:
    """SHA-256 (hex) of those details: files with equal digests agree about the patient."""
    return hashlib.sha256(json.dumps(details(identity), sort_keys=True).encode()).hexdigest()


def key(identity: Identity) -> tuple[str, str]:
    """(issuer, patient id) as the columns hold them."""
    return columns.text(identity.issuer, 64), columns.text(identity.patient_id, 64)


def births_agree(patient: Patient, identity: Identity) -> bool:
    """No part of the birth date that both know differs."""
    return all(
        getattr(patient, part) is None or getattr(identity, part) in (None, getattr(patient, part))
        for part in BIRTH_FIELDS
    )


def same_id(patient: Patient, identity: Identity) -> bool:
    """The same patient id; an issuer that only one of the two names does not tell them apart.

    For files of one study only: between studies the issuer is part of who it is (decision 3).
    """
    issuer, patient_id = key(identity)
    return patient.patient_id == patient_id and (patient.issuer == issuer or not patient.issuer or not issuer)


def choose(known: list[Patient], identity: Identity) -> Patient | None:
    """The one of the patients `known` under the file's id whom its birth date fits; None if none or several do.

    Without a patient id, it is the patient of that study only.
    """
    if not key(identity)[1]:
        study = columns.text(identity.study_instance_uid, 64)
        return next((patient for patient in known if patient.distinguishing == study), None)
    fitting = [patient for patient in known if births_agree(patient, identity)]
    return fitting[0] if len(fitting) == 1 else None


def separate(known: list[Patient], identity: Identity, institution: Institution) -> Patient:
    """A new patient, unsaved, where the file's birth date fits none, or several, of those `known` under its id."""
    issuer, patient_id = key(identity)
    patient = Patient(institution=institution, issuer=issuer, patient_id=patient_id, **details(identity))
    study = columns.text(identity.study_instance_uid, 64)
    birth = "-".join(str(getattr(identity, part) or "") for part in BIRTH_FIELDS)
    if not patient_id:
        patient.distinguishing = study
    elif known:
        several = any(births_agree(other, identity) for other in known)
        patient.conflict = SEVERAL_FIT if several else OTHER_BIRTH_DATE
        taken = {other.distinguishing for other in known}
        preferred = (study if several else birth, study, str(patient.uuid))
        patient.distinguishing = next(mark for mark in preferred if mark not in taken)
    return patient


def complete(patient: Patient, identity: Identity) -> Completed:
    """Fill what is empty on `patient` from a file that knows it; what the desk completed stays as it is."""
    known = details(identity)
    completed = Completed.NOTHING
    if not any(getattr(patient, field) for field in NAME_FIELDS) and any(known[field] for field in NAME_FIELDS):
        for field in NAME_FIELDS:
            setattr(patient, field, known[field])
        completed = Completed.DETAILS
    if not patient.sex and known["sex"]:
        patient.sex = known["sex"]
        completed = Completed.DETAILS
    if not patient.birth_completed_by_desk:
        for field in BIRTH_FIELDS:
            if getattr(patient, field) is None and known[field] is not None:
                setattr(patient, field, known[field])
                completed = Completed.BIRTH_DATE
    return completed
