"""What of studies is handed out: their instances, series after series, each with its name on the medium."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from uuid import UUID, uuid5

from studies.archive.layout import folder_of
from studies.archive.rebuilding import root
from studies.models import Instance, Series, Study
from studies.viewer.pictures import in_order

from .directory import Record, Reference, dicomdir
from .records import Header, header_in, instance_keys, patient_id, patient_keys, series_keys, study_keys
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


@dataclass(frozen=True)
class HeldStudy:
    study: Study
    series: tuple[HeldSeries, ...]

    @property
    def instances(self) -> Iterator[Held]:
        return (each for series in self.series for each in series.instances)


def held_of(studies: Sequence[Study]) -> list[HeldStudy]:
    """Everything that the archive holds of these studies, corrected files in the place of what they replaced.

    A study of which it holds nothing is not among them. Two queries. Raises `sums.Unavailable`.
    """
    instances: dict[int, list[Instance]] = defaultdict(list)
    for instance in Instance.objects.filter(series__study__in=studies, replaced_by__isnull=True).order_by("pk"):
        instances[instance.series_id].append(instance)
    series: dict[int, list[Series]] = defaultdict(list)
    for each in Series.objects.filter(study__in=studies).order_by("number", "id"):
        series[each.study_id].append(each)
    folders = count(1)
    held = (HeldStudy(study, tuple(_held_series(series[study.pk], instances, folders))) for study in studies)
    return [each for each in held if each.series]


def originals_of(held: Sequence[HeldStudy]) -> Iterator[Member]:
    """The members of a ZIP: bit for bit what was received, but for what `copies` says."""
    for each in (each for study in held for each in study.instances):
        copy, folder = each.sums.copy, folder_of(root(), each.instance.key)
        rest = each.instance.size - copy.skip
        yield Member("/".join(each.file_id), copy.crc32, copy.head, folder.original, copy.skip, rest)


def directory_of(held: Sequence[HeldStudy]) -> bytes:
    """The DICOMDIR over these files. The studies come with their request, patient and institution."""
    patients: dict[bytes, Record] = {}
    for ordinal, each in enumerate(held, start=1):
        header, person = _first_header(each), each.study.request.patient
        patient = Record("PATIENT", patient_keys(person, header))
        shelves = [_shelf(series) for series in each.series]
        # One record for each patient ID, whatever way the files write the name: PS3.3 §F.5.1.
        known = patients.setdefault(patient_id(person, header), patient)
        known.below.append(Record("STUDY", study_keys(each.study, ordinal, header), below=shelves))
    return dicomdir(list(patients.values()), _medium(held))


def _held_series(
    series: Sequence[Series], instances: dict[int, list[Instance]], folders: "count[int]"
) -> Iterator[HeldSeries]:
    for ordinal, each in enumerate(series, start=1):
        if instances[each.pk]:
            yield HeldSeries(each, ordinal, tuple(_held(instances[each.pk], next(folders))))


def _held(instances: list[Instance], folder: int) -> Iterator[Held]:
    for ordinal, instance in enumerate(in_order(instances), start=1):
        yield Held(instance, ordinal, (FOLDER, f"S{folder:04}", f"I{ordinal:04}"), sums_of(instance))


def _first_header(held: HeldStudy) -> Header:
    """That of the first file that has one the archive could describe."""
    described = (header_in(_metadata(each.instance)) for each in held.instances)
    return next(filter(None, described), {})


def _metadata(instance: Instance) -> Path:
    return folder_of(root(), instance.key).metadata


def _shelf(held: HeldSeries) -> Record:
    return Record("SERIES", series_keys(held.series, held.ordinal), below=[_record(each) for each in held.instances])


def _record(held: Held) -> Record:
    instance = held.instance
    kind, keys = instance_keys(instance, held.ordinal, lambda: header_in(_metadata(instance)))
    syntax = instance.transfer_syntax_uid
    reference = Reference(held.file_id, instance.sop_class_uid, instance.sop_instance_uid, syntax)
    return Record(kind, keys, reference)


def _medium(held: Sequence[HeldStudy]) -> UUID:
    """The same for the same files: a medium is told from another by what is on it."""
    return uuid5(held[0].study.uuid, " ".join(each.instance.key for study in held for each in study.instances))
