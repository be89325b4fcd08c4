"""Which request a study belongs to: decision 4."""

from datetime import datetime

from django.utils.translation import gettext_noop

from studies.archive.examined import Identity
from studies.ingest import columns
from studies.ingest.holdings import Holdings
from studies.models import Modality, Patient, Request, Study

# Stored in English, translated where it is shown.
ACCESSION_OF_ANOTHER = gettext_noop("The accession number that came belongs to another patient's request.")


def request_of(holdings: Holdings, patient: Patient, identity: Identity, at: datetime) -> Request:
    """The request a new study of `patient` belongs to; a new one, dated `at`, is unsaved and added to `holdings`.

    Without an accession number a study has a request of its own. An accession number that belongs to another patient
    is never attached.
    """
    accession = columns.text(identity.accession_number, 64)
    known = holdings.requests.get(accession) if accession else None
    if known is not None and known.patient.uuid == patient.uuid:
        return known
    if (patient.uuid, accession) in holdings.flagged:
        return holdings.flagged[patient.uuid, accession]
    request = Request(
        institution=holdings.institution,
        patient=patient,
        accession_number=accession if accession and known is None else None,
        accession_as_received=accession,
        description=columns.text(identity.study_description, 200),
        requested_at=at,
        flag=ACCESSION_OF_ANOTHER if known is not None else "",
    )
    if request.accession_number:
        holdings.requests[accession] = request
    elif accession:
        holdings.flagged[patient.uuid, accession] = request
    return request


def adopt(holdings: Holdings, request: Request, identity: Identity) -> Study | None:
    """The awaited study of the request that these images are, no longer awaited then: one of their modality first."""
    awaited = holdings.awaited.get(request.uuid, [])
    if not awaited:
        return None
    modality = Modality.of(identity.modality)
    return awaited.pop(next((i for i, study in enumerate(awaited) if study.modality == modality), 0))
