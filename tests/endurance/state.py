"""What a world holds, without what differs from run to run.

Raises AssertionError where a viewer could see something by halves.
"""

import gzip
import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Model

from accounts.models import AuditEvent
from studies.archive import files
from studies.archive.layout import metadata_of
from studies.models import (
    Instance,
    Listing,
    Participant,
    Patient,
    PixelState,
    QuarantinedFile,
    Request,
    Series,
    Study,
)

ROOT = Path(settings.ARCHIVE_ROOT)
DIFFERENT = {"id", "uuid", "key", "file", "at", "received_at", "arrived_at", "resolved_at"}


def columns(row: Model, *, without: set[str]) -> dict[str, Any]:
    fields = [field for field in row._meta.concrete_fields if not field.is_relation]
    return {f.name: str(getattr(row, f.attname)) for f in fields if f.name not in DIFFERENT | without}


def digest(path: Path) -> str:
    content = path.read_bytes()
    return hashlib.sha256(gzip.decompress(content) if path.name.endswith(".gz") else content).hexdigest()


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): digest(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def dated(study: Study) -> set[str]:
    """A study without a date of its own carries the time of its arrival."""
    return {"performed_at"} if study.performed_at.year >= 2026 else set()


def instances() -> list[Any]:
    found = []
    for instance in Instance.objects.select_related("series__study").order_by("sop_instance_uid", "sha256"):
        folder = ROOT / instance.key
        assert digest(folder / "original.dcm") == instance.sha256, instance.key
        assert files.is_complete(instance) or instance.pixel_state == PixelState.UNREADABLE, instance.key
        found.append([columns(instance, without=set()), instance.series.series_instance_uid, contents(folder)])
    return found


def studies() -> list[Any]:
    found = []
    for study in Study.objects.select_related("request__patient").order_by("study_instance_uid"):
        counted = Instance.objects.filter(series__study=study, replaced_by=None).count()
        assert study.instance_count == counted == sum(study.series.values_list("instance_count", flat=True))
        assert study.series_count == study.series.count()
        request = columns(study.request, without={"requested_at"})
        patient = columns(study.request.patient, without=set())
        arrived = study.arrived_at is not None
        assert AuditEvent.objects.filter(action="study.received", study=study.uuid).count() == int(arrived)
        found.append([columns(study, without=dated(study)), arrived, request, patient])
    return found


def orphans() -> list[str]:
    """Files in the archive that nothing refers to."""
    known = [ROOT / key for key in Instance.objects.values_list("key", flat=True)]
    known += [(ROOT / file).parent for file in QuarantinedFile.objects.exclude(file="").values_list("file", flat=True)]
    owned = set(known)
    loose = [path for path in ROOT.rglob("*") if path.is_file() and owned.isdisjoint(path.parents)]
    metadata = {metadata_of(ROOT, row.institution.uuid, row.uuid, "").parent for row in Study.objects.all()}
    return sorted(str(path.relative_to(ROOT)) for path in loose if path.parent not in metadata)


def state() -> dict[str, Any]:
    quarantined = QuarantinedFile.objects.select_related("instance").order_by("name", "sha256")
    return {
        "studies": studies(),
        "series": [
            [columns(s, without=set()), s.study.study_instance_uid]
            for s in Series.objects.order_by("series_instance_uid")
        ],
        "instances": instances(),
        "quarantined": [
            [
                columns(q, without=set()),
                q.instance and q.instance.sop_instance_uid,
                contents((ROOT / q.file).parent) if q.file else {},
            ]
            for q in quarantined
        ],
        "participants": sorted(map(str, Participant.objects.values_list("role", "system", "identifier", "name"))),
        "counts": [model.objects.count() for model in (Patient, Request, Study, Series, Instance, Listing, AuditEvent)],
        "orphans": orphans(),
    }
