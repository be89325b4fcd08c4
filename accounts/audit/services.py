"""Writing the audit log: in the caller's transaction, so that the deed and its row stand or fall together."""

from datetime import datetime
from uuid import UUID

from accounts.models import AuditAction, AuditEvent

from .actor import Actor


def record(
    action: AuditAction,
    actor: Actor,
    at: datetime,
    *,
    audience: str = "",
    institution: UUID | None = None,
    patient: UUID | None = None,
    request: UUID | None = None,
    study: UUID | None = None,
    details: dict[str, str | int | bool | None] | None = None,
) -> AuditEvent:
    """Append one row. `details` never holds codes, tokens, birth dates or names of patients."""
    return AuditEvent.objects.create(
        at=at,
        action=action,
        actor_kind=actor.kind,
        actor=actor.uuid,
        session=actor.session,
        address=actor.address,
        audience=audience,
        institution=institution,
        patient=patient,
        request=request,
        study=study,
        details=details or {},
    )
