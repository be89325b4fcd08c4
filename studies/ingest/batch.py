"""Deciding the files of one batch, in memory, one after the other."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from studies.archive.examined import Examined, Identity, Outcome, Refused, Skipped
from studies.archive.kinds import QuarantineReason
from studies.archive.layout import new_key, new_shelf
from studies.archive.staging import quarantine_key, quarantined_file
from studies.ingest import collisions, columns, patients, rows
from studies.ingest.additions import Additions
from studies.ingest.clinicians import name_clinicians
from studies.ingest.holdings import Holdings
from studies.ingest.requests import adopt, request_of
from studies.ingest.results import Fate, Result
from studies.ingest.times import instant
from studies.models import Instance, Patient, QuarantinedFile, Study


@dataclass
class Batch:
    """`holdings` grows with what `take` decides, `additions` gathers what is to be written.

    `whole`: no more files of these studies are to be waited for, they have arrived.
    """

    holdings: Holdings
    at: datetime
    whole: bool
    additions: Additions = field(default_factory=Additions)
    shelf: str = field(default_factory=new_shelf)

    def take(self, outcome: Outcome) -> Result:
        """Decide one file."""
        if isinstance(outcome, Skipped):
            return Result(outcome.name, Fate.SKIPPED, outcome.reason)
        if isinstance(outcome, Refused):
            return self._quarantine(outcome, collisions.Quarantine(outcome.reason, outcome.detail))
        verdict = self._verdict(outcome)
        if isinstance(verdict, collisions.Quarantine):
            return self._quarantine(outcome, verdict)
        if isinstance(verdict, collisions.Duplicate):
            self.additions.discards.append(outcome.staged)
            study = self.holdings.instances[outcome.identity.sop_instance_uid][-1].series.study
            return Result(outcome.name, Fate.DUPLICATE, verdict.reason, study.uuid)
        study = self._store(outcome)
        return Result(outcome.name, Fate.STORED, study=study.uuid)

    def _verdict(self, arrived: Examined) -> collisions.Duplicate | collisions.Quarantine | None:
        """Why a file is not stored; None if it is."""
        identity = arrived.identity
        if identity.study_instance_uid in self.holdings.deleted:
            return collisions.Quarantine(QuarantineReason.DELETED, "Its study was deleted here.")
        if versions := self.holdings.instances.get(identity.sop_instance_uid):
            return collisions.judge(versions, arrived)
        series = self.holdings.series.get(identity.series_instance_uid)
        if series is not None and series.study.study_instance_uid != identity.study_instance_uid:
            return collisions.Quarantine(
                QuarantineReason.OTHER_STUDY, f"Its series belongs to the study {series.study.study_instance_uid} here."
            )
        study = self.holdings.studies.get(identity.study_instance_uid)
        if study is not None:
            return _stranger(study.request.patient, identity)
        return None

    def _store(self, arrived: Examined) -> Study:
        identity = arrived.identity
        study = self.holdings.studies.get(identity.study_instance_uid) or self._new_study(identity)
        self._complete(study.request.patient, identity)
        series = self.holdings.series.get(identity.series_instance_uid)
        if series is None:
            series = rows.new_series(study, identity)
            self.holdings.series[identity.series_instance_uid] = series
            study.series_count += 1
        if rows.learn(study, identity):
            self.additions.listed[study.request.uuid] = study.request
        instance = rows.new_instance(series, arrived, new_key(self.holdings.institution.uuid, self.shelf), self.at)
        self.holdings.instances[identity.sop_instance_uid].append(instance)
        series.instance_count += 1
        study.instance_count += 1
        if study.arrived_at is None and self.whole:
            study.arrived_at = self.at
            self.additions.arrived[study.uuid] = study
        self.additions.studies[study.uuid] = study
        self.additions.series[series.uuid] = series
        self.additions.instances.append(instance)
        self.additions.places[arrived.staged] = instance.key
        if name_clinicians(self.holdings, self.additions, study.request, identity):
            self.additions.listed[study.request.uuid] = study.request
        return study

    def _new_study(self, identity: Identity) -> Study:
        """The study these first images are of: awaited, or new, unsaved."""
        zone = ZoneInfo(self.holdings.institution.time_zone)
        performed = instant(identity.study_date, identity.study_time, identity.utc_offset, zone)
        patient = self._patient(identity)
        request = request_of(self.holdings, patient, identity, performed or self.at)
        self.additions.requests[request.uuid] = request
        study = adopt(self.holdings, request, identity)
        if study is None:
            study = Study(institution=self.holdings.institution, request=request)
        study.study_instance_uid = identity.study_instance_uid
        study.performed_at = performed or self.at
        study.description = columns.text(identity.study_description, 200) or study.description
        self.holdings.studies[identity.study_instance_uid] = study
        self.additions.listed[request.uuid] = request
        return study

    def _patient(self, identity: Identity) -> Patient:
        """The patient of a new study (decision 3)."""
        known = self.holdings.patients[patients.key(identity)]
        patient = patients.choose(known, identity)
        if patient is None:
            patient = patients.separate(known, identity, self.holdings.institution)
            self.additions.patients[patient.uuid] = patient
            known.append(patient)
        return patient

    def _complete(self, patient: Patient, identity: Identity) -> None:
        completed = patients.complete(patient, identity)
        if completed is not patients.Completed.NOTHING:
            self.additions.patients[patient.uuid] = patient
        if completed is patients.Completed.BIRTH_DATE and not patient._state.adding:
            self.additions.births_completed[patient.uuid] = patient

    def _quarantine(self, outcome: Examined | Refused, why: collisions.Quarantine) -> Result:
        """Keep a file apart, once: the same bytes under the same name are not kept twice."""
        name = columns.tail(outcome.name, 300)
        if (outcome.sha256, name) in self.holdings.quarantined:
            self.additions.discards.append(outcome.staged)
        else:
            self.holdings.quarantined.add((outcome.sha256, name))
            key = quarantine_key() if outcome.staged else ""
            if key:
                self.additions.places[outcome.staged] = key
            self.additions.quarantined.append(
                QuarantinedFile(
                    institution=self.holdings.institution,
                    name=name,
                    reason=why.reason,
                    detail=columns.text(why.detail, 300),
                    sha256=outcome.sha256,
                    size=outcome.size,
                    file=quarantined_file(key) if key else "",
                    instance=self._instance_of(outcome),
                    received_at=self.at,
                )
            )
        return Result(outcome.name, Fate.QUARANTINED, _spoken(outcome, why))

    def _instance_of(self, outcome: Examined | Refused) -> Instance | None:
        if isinstance(outcome, Refused):
            return None
        versions = self.holdings.instances.get(outcome.identity.sop_instance_uid)
        return versions[-1] if versions else None


def _spoken(outcome: Examined | Refused, why: collisions.Quarantine) -> str:
    """The reason for the operator; what a collision's detail says of patients is for the institution only."""
    label = str(QuarantineReason(why.reason).label)
    return f"{label}: {why.detail}" if isinstance(outcome, Refused) and why.detail else label


def _stranger(patient: Patient, identity: Identity) -> collisions.Quarantine | None:
    """Why a further file of a study cannot be its patient's; None if it can."""
    if not patients.same_id(patient, identity):
        return collisions.Quarantine(
            QuarantineReason.OTHER_PATIENT, f"Its study belongs to the patient id {patient.patient_id or 'none'} here."
        )
    if not patients.births_agree(patient, identity):
        return collisions.Quarantine(
            QuarantineReason.OTHER_PATIENT, "Its study belongs to a patient with another date of birth here."
        )
    return None
