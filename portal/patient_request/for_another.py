""" "I open this for someone else": a note in this visit and in the audit log. It gives no right and takes none."""

from datetime import datetime

from django.db import transaction
from django.http import HttpRequest

from accounts.audit.services import record
from accounts.models import AuditAction
from studies.access import PatientViewer

_NOTED = "for another"


def is_for_another(request: HttpRequest) -> bool:
    return bool(request.session.get(_NOTED))


def note_for_another(request: HttpRequest, viewer: PatientViewer, for_another: bool, at: datetime) -> None:
    """Note it, or take it back; both stay in the log."""
    if is_for_another(request) == for_another:
        return
    order = viewer.code.request
    with transaction.atomic():
        record(
            AuditAction.OPENED_FOR_ANOTHER,
            viewer.actor,
            at,
            institution=order.institution.uuid,
            patient=order.patient.uuid,
            request=order.uuid,
            details={"for_another": for_another},
        )
    request.session[_NOTED] = for_another
