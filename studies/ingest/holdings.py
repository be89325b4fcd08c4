"""What an institution already holds of what a batch brings, read in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from accounts.models import Physician
from studies.archive.examined import Examined, Identity, Outcome, Skipped
from studies.ingest import columns, patients
from studies.models import (
    Instance,
    Institution,
    Participant,
    Patient,
    QuarantinedFile,
    Request,
    Series,
    Study,
    Tombstone,
)
from studies.participants.holders import trusted_holders
from studies.participants.numbers import Number, identifying

Naming = tuple[UUID, str, str, str, str]
"""A participant's place: request, role, system, identifier, name."""


@dataclass
class Holdings:
    """Grows while a batch is decided, so that its files meet each other as they meet what is stored.

    `instances` holds all versions of a SOP Instance UID, the current one last; `requests` are those that own their
    accession number, `flagged` those that came with another patient's, by patient; `awaited` the studies without
    images, by request.
    """

    institution: Institution
    deleted: set[str] = field(default_factory=set)
    studies: dict[str, Study] = field(default_factory=dict)
    series: dict[str, Series] = field(default_factory=dict)
    instances: dict[str, list[Instance]] = field(default_factory=lambda: defaultdict(list))
    patients: dict[tuple[str, str], list[Patient]] = field(default_factory=lambda: defaultdict(list))
    requests: dict[str, Request] = field(default_factory=dict)
    flagged: dict[tuple[UUID, str], Request] = field(default_factory=dict)
    awaited: dict[UUID, list[Study]] = field(default_factory=lambda: defaultdict(list))
    participants: dict[Naming, Participant] = field(default_factory=dict)
    physicians: dict[Number, Physician] = field(default_factory=dict)
    quarantined: set[tuple[str, str]] = field(default_factory=set)


def naming(participant: Participant) -> Naming:
    return (
        participant.request.uuid,
        participant.role,
        participant.system,
        participant.identifier,
        participant.name,
    )


def of(institution: Institution, outcomes: Iterable[Outcome]) -> Holdings:
    """Read what `outcomes` can meet, inside the transaction that will write them, the institution's row locked.

    Rows of patients are locked too: the desk may be completing a birth date.
    """
    arrived = [outcome for outcome in outcomes if not isinstance(outcome, Skipped)]
    holdings = meeting(institution, [outcome.identity for outcome in arrived if isinstance(outcome, Examined)])
    holdings.quarantined = set(
        QuarantinedFile.objects.filter(institution=institution, sha256__in={o.sha256 for o in arrived}).values_list(
            "sha256", "name"
        )
    )
    return holdings


def meeting(institution: Institution, identities: Collection[Identity]) -> Holdings:
    """What these identities can meet; the same conditions."""
    holdings = Holdings(institution)
    if identities:
        _read_studies(holdings, identities)
        _read_images(holdings, identities)
        _read_clinicians(holdings, identities)
    return holdings


def _read_studies(holdings: Holdings, identities: Collection[Identity]) -> None:
    uids = {identity.study_instance_uid for identity in identities}
    holdings.deleted = set(
        Tombstone.objects.filter(institution=holdings.institution, study_instance_uid__in=uids).values_list(
            "study_instance_uid", flat=True
        )
    )
    present = list(Study.objects.filter(institution=holdings.institution, study_instance_uid__in=uids))
    requests = _read_requests(holdings, identities, {study.request_id for study in present})
    awaited = Study.objects.filter(request__in=requests, study_instance_uid=None).order_by("pk")
    for study in [*present, *awaited]:
        study.request = requests[study.request_id]
        if study.study_instance_uid is None:
            holdings.awaited[study.request.uuid].append(study)
        else:
            holdings.studies[study.study_instance_uid] = study


def _read_requests(
    holdings: Holdings, identities: Collection[Identity], of_studies: Collection[int]
) -> dict[int, Request]:
    """The requests that a batch can meet, with their patients; each query is one that an index serves."""
    accessions = {columns.text(identity.accession_number, 64) for identity in identities} - {""}
    mine = Request.objects.filter(institution=holdings.institution)
    requests = {
        request.pk: request
        for request in mine.filter(Q(accession_number__in=accessions) | Q(pk__in=of_studies)).order_by("pk")
    }
    people = _read_patients(holdings, identities, {request.patient_id for request in requests.values()})
    flagged = mine.filter(patient__in=people, accession_number=None, accession_as_received__in=accessions)
    requests |= {request.pk: request for request in flagged.order_by("pk")}
    for request in requests.values():
        request.patient = people[request.patient_id]
        if request.accession_number:
            holdings.requests[request.accession_number] = request
        elif request.accession_as_received:
            holdings.flagged[request.patient.uuid, request.accession_as_received] = request
    return requests


def _read_patients(
    holdings: Holdings, identities: Collection[Identity], of_requests: Collection[int]
) -> dict[int, Patient]:
    wanted = Q(pk__in=of_requests)
    for issuer, patient_id in {patients.key(identity) for identity in identities}:
        if patient_id:
            wanted |= Q(institution=holdings.institution, issuer=issuer, patient_id=patient_id)
    nameless = {identity.study_instance_uid for identity in identities if not patients.key(identity)[1]}
    for issuer in {patients.key(identity)[0] for identity in identities if not patients.key(identity)[1]}:
        wanted |= Q(institution=holdings.institution, issuer=issuer, patient_id="", distinguishing__in=nameless)
    people = {patient.pk: patient for patient in Patient.objects.filter(wanted).select_for_update().order_by("pk")}
    for patient in people.values():
        holdings.patients[patient.issuer, patient.patient_id].append(patient)
    return people


def _read_images(holdings: Holdings, identities: Collection[Identity]) -> None:
    studies = {study.pk: study for study in holdings.studies.values()}
    for series in Series.objects.filter(
        institution=holdings.institution,
        series_instance_uid__in={identity.series_instance_uid for identity in identities},
    ).select_related("study"):
        series.study = studies.get(series.study_id, series.study)
        holdings.series[series.series_instance_uid] = series
    current = Instance.objects.filter(
        institution=holdings.institution,
        replaced_by=None,
        sop_instance_uid__in={identity.sop_instance_uid for identity in identities},
    ).select_related("series__study__request__patient")
    present = list(current)
    replaced = Instance.objects.filter(replaced_by__in=present).order_by("pk") if present else []
    for instance in [*replaced, *present]:
        holdings.instances[instance.sop_instance_uid].append(instance)


def _read_clinicians(holdings: Holdings, identities: Collection[Identity]) -> None:
    requests = {
        request.pk: request
        for request in [
            *holdings.requests.values(),
            *holdings.flagged.values(),
            *(study.request for study in holdings.studies.values()),
        ]
    }
    for participant in Participant.objects.filter(request__in=requests):
        participant.request = requests[participant.request_id]
        holdings.participants[naming(participant)] = participant
    numbers = {
        identifying(clinician.system, columns.text(clinician.identifier, 64))
        for identity in identities
        for clinician in (*identity.requesters, *identity.copy_recipients)
    }
    holdings.physicians = trusted_holders({number for number in numbers if number is not None})
