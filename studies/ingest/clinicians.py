"""The clinicians a file names, as participants of its request."""

from studies.archive.examined import Clinician, Identity
from studies.ingest import columns
from studies.ingest.additions import Additions
from studies.ingest.holdings import Holdings, naming
from studies.models import Participant, ParticipantRole, Request
from studies.participants.numbers import digits_of


def name_clinicians(holdings: Holdings, additions: Additions, request: Request, identity: Identity) -> bool:
    """Add who is named and not yet there, as they arrived, linked to a verified physician; whether anybody was."""
    named = [(ParticipantRole.REQUESTER, clinician) for clinician in identity.requesters]
    named += [(ParticipantRole.COPY_RECIPIENT, clinician) for clinician in identity.copy_recipients]
    added = False
    for role, clinician in named:
        participant = _participant(request, role, clinician)
        if naming(participant) not in holdings.participants:
            _match(participant, holdings)
            holdings.participants[naming(participant)] = participant
            additions.participants.append(participant)
            added = True
    return added


def _participant(request: Request, role: ParticipantRole, clinician: Clinician) -> Participant:
    system, identifier = columns.text(clinician.system, 20), columns.text(clinician.identifier, 64)
    return Participant(
        request=request,
        role=role,
        system=system,
        identifier=identifier,
        digits=digits_of(system, identifier),
        name=columns.text(clinician.name, 324),
    )


def _match(participant: Participant, holdings: Holdings) -> None:
    """Link to whoever holds the number, unless it was said of it on this request that this is nobody here."""
    number = (participant.system, participant.digits)
    for other in holdings.participants.values():
        undone = other.unmatched_at is not None and (other.system, other.digits) == number
        if undone and other.request == participant.request:
            participant.unmatched_at = other.unmatched_at
            return
    participant.physician = holdings.physicians.get(number)
