"""Writing to the desk."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction
from accounts.throttling.limits import CONCERNS
from accounts.throttling.services import Verdict, take
from studies.models import Concern, DeskMessage, Request


def write(
    request: Request, concern: Concern, text: str, actor: Actor, at: datetime, about: UUID | None = None
) -> Verdict:
    """Put a message into the queue of the desk; `about` is an account's UUID. A few a day of one request, no more."""
    verdict = take(CONCERNS, str(request.uuid), at)
    if not verdict.allowed:
        return verdict
    with transaction.atomic():
        message = DeskMessage.objects.create(request=request, concern=concern, text=text, about=about, written_at=at)
        record(
            AuditAction.CONCERN_WRITTEN,
            actor,
            at,
            institution=request.institution.uuid,
            patient=request.patient.uuid,
            request=request.uuid,
            details={"message": str(message.uuid), "concern": concern.value, "about": str(about) if about else None},
        )
    return verdict
