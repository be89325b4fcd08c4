"""Naming somebody on a request by hand."""

from datetime import datetime

from django.db import transaction

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction, Physician
from studies.models import Participant, ParticipantRole, Request, Study
from studies.overview.listings import refresh_listings


def name_participant(
    request: Request, role: ParticipantRole, physician: Physician, actor: Actor, at: datetime
) -> Participant:
    """Make a verified physician a participant of a request, with the rows of lists that follow from it.

    Who is named in that role already stays so and nothing changes; a match that was undone counts again. Raises
    ValueError for a physician who is not verified or is suspended.
    """
    if not physician.is_trusted:
        raise ValueError("only a verified physician who is not suspended can be named")
    with transaction.atomic():
        Request.objects.select_for_update().get(pk=request.pk)
        named = Participant.objects.filter(request=request, role=role, physician=physician).first()
        if named is not None:
            return named
        participant, _ = Participant.objects.update_or_create(
            request=request,
            role=role,
            system="local",
            identifier=str(physician.uuid),
            name=f"{physician.user.last_name}^{physician.user.first_name}^^{physician.user.title}",
            defaults={"physician": physician, "unmatched_at": None},
        )
        refresh_listings(*Study.objects.filter(request=request))
        record(
            AuditAction.RECORD_CHANGED,
            actor,
            at,
            institution=request.institution.uuid,
            patient=request.patient.uuid,
            request=request.uuid,
            details={"named": role.value, "physician": str(physician.uuid)},
        )
    return participant
