"""Studies that were ordered and whose images have not come yet (decision 4)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.audit.actor import SYSTEM, Actor
from studies.archive.examined import Identity
from studies.ingest import columns, holdings, patients
from studies.ingest.additions import Additions
from studies.ingest.clinicians import name_clinicians
from studies.ingest.requests import request_of
from studies.ingest.services import lock
from studies.ingest.times import instant
from studies.models import Institution, Modality, Study


def expect(institution: Institution, order: Identity, at: datetime, *, actor: Actor = SYSTEM) -> Study:
    """The awaited study of an order: its patient, request and clinicians as the order names them, without any UID.

    The first images under its accession number adopt it (`requests.adopt`). The order's study date and time say when
    the examination is planned. A study of this modality that is awaited already is returned as it is. Raises
    ValueError for an order without an accession number: nothing could ever find it.
    """
    if not order.accession_number:
        raise ValueError("an order needs an accession number")
    modality = Modality.of(order.modality)
    with transaction.atomic():
        lock(institution)
        known = holdings.meeting(institution, [order])
        additions = Additions()
        people = known.patients[patients.key(order)]
        patient = patients.choose(people, order)
        if patient is None:
            patient = patients.separate(people, order, institution)
            additions.patients[patient.uuid] = patient
        planned = instant(order.study_date, order.study_time, order.utc_offset, ZoneInfo(institution.time_zone)) or at
        request = request_of(known, patient, order, planned)
        awaited = next((study for study in known.awaited[request.uuid] if study.modality == modality), None)
        if awaited is not None:
            return awaited
        study = Study(
            institution=institution,
            request=request,
            performed_at=planned,
            description=columns.text(order.study_description, 200),
            modality=modality,
            body_part=columns.text(order.body_part, 64),
        )
        additions.requests[request.uuid] = request
        additions.studies[study.uuid] = study
        additions.listed[request.uuid] = request
        name_clinicians(known, additions, request, order)
        additions.write(institution, at, actor)
    return study
