"""The clinicians a file names, as participants of its request."""

from studies.archive.examined import Clinician, Identity
from studies.ingest import columns
from studies.ingest.additions import Additions
from studies.ingest.holdings import Holdings, naming
from studies.models import Participant, ParticipantRole, Request


def name_clinicians(holdings: Holdings, additions: Additions, request: Request, identity: Identity) -> bool:
    """Add who is named and not yet there, as they arrived, linked to a verified physician; whether anybody was."""
    named = [(ParticipantRole.REQUESTER, clinician) for clinician in identity.requesters]
    named += [(ParticipantRole.COPY_RECIPIENT, clinician) for clinician in identity.copy_recipients]
    added = False
    for role, clinician in named:
        participant = _participant(holdings, request, role, clinician)
        if naming(participant) not in holdings.participants:
            holdings.participants[naming(participant)] = participant
            additions.participants.append(participant)
            added = True
    return added


def _participant(holdings: Holdings, request: Request, role: ParticipantRole, clinician: Clinician) -> Participant:
    return Participant(
        request=request,
        role=role,
        system=columns.text(clinician.system, 20),
        identifier=columns.text(clinician.identifier, 64),
        name=columns.text(clinician.name, 324),
        physician=holdings.physicians.get((clinician.system, clinician.identifier)),
    )
