"""Deciding when a request's report is shown to its patient, other than the policy says."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction
from studies.models import Release, ReleaseKind, Request


def decide(
    request: Request, kind: ReleaseKind, until: datetime | None, reason: str, actor: Actor, at: datetime
) -> Release:
    """Show the report now, hold it back until a moment, or as the policy says again; the newest decision holds.

    Raises ValidationError without a reason, for a hold without an end ahead, and for an end of anything else.
    """
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why.")})
    if kind is ReleaseKind.HOLD and (until is None or until <= at):
        raise ValidationError({"until": _("Say until when. It must lie ahead.")})
    if kind is not ReleaseKind.HOLD and until is not None:
        raise ValidationError({"until": _("Only what is held back has an end.")})
    with transaction.atomic():
        release = Release(request=request, kind=kind, until=until, reason=reason, decided_at=at, decided_by=actor.uuid)
        release.full_clean(exclude=["decided_by"])
        release.save()
        record(
            AuditAction.RELEASE_DECIDED,
            actor,
            at,
            institution=request.institution.uuid,
            patient=request.patient.uuid,
            request=request.uuid,
            details={"kind": kind.value, "until": until.isoformat() if until else None, "reason": reason},
        )
    return release
