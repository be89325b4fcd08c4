"""What of a study is handed out: its instances, series after series, each with its name on the medium."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

from studies.archive.layout import folder_of
from studies.archive.rebuilding import root
from studies.models import Instance, Series, Study
from studies.viewer.pictures import in_order

from .directory import Record, Reference, dicomdir
from .records import Header, header_in, instance_keys, patient_keys, series_keys, study_keys
from .sums import Sums, sums_of
from .zips import Member

FOLDER = "IMAGES"


@dataclass(frozen=True)
class Held:
    """One instance; `file_id` is its path on the medium in parts (PS3.10 §8.5: at most 8 of A to Z, 0 to 9, _)."""

    instance: Instance
    ordinal: int
    file_id: tuple[str, ...]
    sums: Sums


@dataclass(frozen=True)
class HeldSeries:
    series: Series
    ordinal: int
    instances: tuple[Held, ...]


def held_of(study: Study) -> list[HeldSeries]:
    """Everything that the archive holds of a study, corrected files in the place of what they replaced. Two queries.

    Raises `sums.Unavailable`.
    """
    instances: dict[int, list[Instance]] = defaultdict(list)
    for instance in Instance.objects.filter(series__study=study, replaced_by__isnull=True).order_by("pk"):
        instances[instance.series_id].append(instance)
    every = Series.objects.filter(study=study).order_by("number", "id")
    return [
        HeldSeries(series, ordinal, tuple(_held(instances[series.pk], ordinal)))
        for ordinal, series in enumerate(every, start=1)
        if instances[series.pk]
    ]


def originals_of(held: list[HeldSeries]) -> Iterator[Member]:
    """The members of a ZIP: bit for bit what was received, but for what `copies` says."""
    for each in (each for series in held for each in series.instances):
        copy, folder = each.sums.copy, folder_of(root(), each.instance.key)
        rest = each.instance.size - copy.skip
        yield Member("/".join(each.file_id), copy.crc32, copy.head, folder.original, copy.skip, rest)


def directory_of(study: Study, held: list[HeldSeries]) -> bytes:
    """The DICOMDIR over these files. The study comes with its request, patient and institution."""
    shelves = [
        Record("SERIES", series_keys(each.series, each.ordinal), below=[_record(one) for one in each.instances])
        for each in held
    ]
    header = _first_header(held)
    patient = Record("PATIENT", patient_keys(study.request.patient, header))
    patient.below.append(Record("STUDY", study_keys(study, header), below=shelves))
    return dicomdir(patient, _medium(study, held))


def _held(instances: list[Instance], series: int) -> Iterator[Held]:
    for ordinal, instance in enumerate(in_order(instances), start=1):
        yield Held(instance, ordinal, (FOLDER, f"S{series:04}", f"I{ordinal:04}"), sums_of(instance))


def _first_header(held: list[HeldSeries]) -> Header:
    """That of the first file that has one the archive could describe."""
    described = (header_in(_metadata(each.instance)) for series in held for each in series.instances)
    return next(filter(None, described), {})


def _metadata(instance: Instance) -> Path:
    return folder_of(root(), instance.key).metadata


def _record(held: Held) -> Record:
    instance = held.instance
    kind, keys = instance_keys(instance, held.ordinal, lambda: header_in(_metadata(instance)))
    syntax = instance.transfer_syntax_uid
    reference = Reference(held.file_id, instance.sop_class_uid, instance.sop_instance_uid, syntax)
    return Record(kind, keys, reference)


def _medium(study: Study, held: list[HeldSeries]) -> UUID:
    """The same for the same files: a medium is told from another by what is on it."""
    return uuid5(study.uuid, " ".join(each.instance.key for series in held for each in series.instances))
