"""The rows of series and instances, from what examining a file gave."""

from dataclasses import fields
from datetime import datetime

from studies.archive.examined import Examined, Identity, Pictures
from studies.ingest import columns, patients
from studies.models import Instance, Modality, Series, Study

# A study's modality is that of its pictures: these come along with any.
ACCOMPANYING = {"SR", "PR", "KO", "DOC", "REG", "RTSTRUCT", "SEG", ""}


def learn(study: Study, identity: Identity) -> bool:
    """Take from a further file what is not yet known of its study; whether lists are concerned."""
    before = study.modality
    if study.modality in (Modality.OTHER, Modality.SR) and (
        identity.modality not in ACCOMPANYING or study.modality == Modality.OTHER
    ):
        study.modality = Modality.of(identity.modality)
    study.body_part = study.body_part or columns.text(identity.body_part, 64)
    study.description = study.description or columns.text(identity.study_description, 200)
    return study.modality != before


def new_series(study: Study, identity: Identity) -> Series:
    """An unsaved series."""
    return Series(
        institution=study.institution,
        study=study,
        series_instance_uid=identity.series_instance_uid,
        number=columns.integer(identity.series_number),
        modality=columns.text(identity.modality, 16),
        description=columns.text(identity.series_description, 200),
        body_part=columns.text(identity.body_part, 64),
        laterality=columns.text(identity.laterality, 1),
    )


def new_instance(series: Series, arrived: Examined, key: str, at: datetime) -> Instance:
    """An unsaved instance whose files will lie at `key`."""
    identity = arrived.identity
    instance = Instance(
        institution=series.institution,
        series=series,
        sop_instance_uid=identity.sop_instance_uid,
        sop_class_uid=identity.sop_class_uid,
        transfer_syntax_uid=identity.transfer_syntax_uid,
        number=columns.integer(identity.instance_number),
        patient_digest=patients.digest(identity),
        key=key,
        size=arrived.size,
        sha256=arrived.sha256,
        crc32=arrived.crc32,
        received_at=at,
    )
    describe(instance, arrived.pictures)
    return instance


def describe(instance: Instance, pictures: Pictures) -> None:
    """Set the columns named in PICTURE_FIELDS from what was derived."""
    for name, value in vars(pictures).items():
        if isinstance(value, float):
            value = columns.number(value)
        setattr(instance, "pixel_state" if name == "state" else name, value)


PICTURE_FIELDS = [("pixel_state" if f.name == "state" else f.name) for f in fields(Pictures)]
