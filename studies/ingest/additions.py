"""What a batch adds to the database, gathered in memory and written in a fixed number of statements."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Manager, Model

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction
from studies.ingest import patients
from studies.models import Instance, Institution, Participant, Patient, QuarantinedFile, Request, Series, Study
from studies.news.arrivals import note_arrivals
from studies.overview.listings import refresh_listings
from studies.participants.matching import follow

Row = TypeVar("Row", bound=Model)

STUDY_FIELDS = (
    "study_instance_uid",
    "performed_at",
    "arrived_at",
    "description",
    "modality",
    "body_part",
    "series_count",
    "instance_count",
)


@dataclass
class Additions:
    """New and changed rows by their UUID; `listed` are the requests whose rows in lists are to be made anew.

    `places` says which staged folder is to become which key, `discards` which ones are of no use.
    """

    patients: dict[UUID, Patient] = field(default_factory=dict)
    requests: dict[UUID, Request] = field(default_factory=dict)
    studies: dict[UUID, Study] = field(default_factory=dict)
    series: dict[UUID, Series] = field(default_factory=dict)
    instances: list[Instance] = field(default_factory=list)
    participants: list[Participant] = field(default_factory=list)
    quarantined: list[QuarantinedFile] = field(default_factory=list)
    arrived: dict[UUID, Study] = field(default_factory=dict)
    births_completed: dict[UUID, Patient] = field(default_factory=dict)
    listed: dict[UUID, Request] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    discards: list[str] = field(default_factory=list)

    def write(self, institution: Institution, at: datetime, actor: Actor) -> None:
        """Write the rows, in an order in which each finds those it refers to, with their audit rows."""
        self._write_rows()
        follow(self.participants)
        if self.listed:
            refresh_listings(*Study.objects.filter(request__in=[request.pk for request in self.listed.values()]))
        for patient in self.births_completed.values():
            record(
                AuditAction.PATIENT_CHANGED,
                actor,
                at,
                institution=institution.uuid,
                patient=patient.uuid,
                details={"birth_date": "completed by a delivery"},
            )
        for study in self.arrived.values():
            record_arrival(study, at, actor)
        note_arrivals(self.arrived.values(), at)

    def _write_rows(self) -> None:
        _save(Patient.objects, self.patients.values(), patients.DETAIL_FIELDS)
        _save(Request.objects, self.requests.values(), ())
        _save(Study.objects, self.studies.values(), STUDY_FIELDS)
        _save(Series.objects, self.series.values(), ("instance_count",))
        _save(Instance.objects, self.instances, ())
        _save(Participant.objects, self.participants, ("physician",))
        _save(QuarantinedFile.objects, self.quarantined, ())


def record_arrival(study: Study, at: datetime, actor: Actor) -> None:
    """Write the audit row of a study whose images have arrived."""
    record(
        AuditAction.STUDY_RECEIVED,
        actor,
        at,
        institution=study.institution.uuid,
        patient=study.request.patient.uuid,
        request=study.request.uuid,
        study=study.uuid,
    )


def _save(manager: Manager[Row], rows: Iterable[Row], fields: Collection[str]) -> None:
    """Create the rows that are new and update `fields` of the others."""
    rows = list(rows)
    new = [row for row in rows if row._state.adding]
    changed = [row for row in rows if not row._state.adding]
    if new:
        manager.bulk_create(new)
    if changed and fields:
        manager.bulk_update(changed, fields)
