"""The audit log in the domain's words. Every question here has an index of its own (accounts.models.audit)."""

from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import AuditEvent
from accounts.models.audit import ACCOUNT_CONCERNED, OF_STUDIES


def rows_of_account(*hats: UUID) -> QuerySet[AuditEvent]:
    """What an account did, and what was done to it; `hats` are the UUIDs of the user and, if any, the physician."""
    concerned = Q(concerned__in=[str(hat) for hat in hats]) & ~Q(action__in=OF_STUDIES)
    return AuditEvent.objects.alias(concerned=ACCOUNT_CONCERNED).filter(Q(actor__in=hats) | concerned)
