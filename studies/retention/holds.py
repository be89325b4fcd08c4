"""Legal hold: nothing of a request is deleted while it lasts."""

from datetime import datetime

from django.db import transaction

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction
from studies.models import Request


def hold(request: Request, reason: str, actor: Actor, at: datetime) -> None:
    """Keep everything of this request, however old, until `release`."""
    _set(request, True, reason, actor, at)


def release(request: Request, reason: str, actor: Actor, at: datetime) -> None:
    """Let the institution's time hold again."""
    _set(request, False, reason, actor, at)


def _set(request: Request, held: bool, reason: str, actor: Actor, at: datetime) -> None:
    with transaction.atomic():
        Request.objects.filter(pk=request.pk).update(legal_hold=held)
        record(
            AuditAction.RECORD_CHANGED,
            actor,
            at,
            institution=request.institution.uuid,
            patient=request.patient.uuid,
            request=request.uuid,
            details={"legal_hold": held, "reason": reason},
        )
