"""What a desk finds by the reference that a refused patient reads out."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import AuditAction
from studies.models import RefusedEntry

# References are short and come again: who calls, calls soon.
RECALLED_FOR = timedelta(days=14)


def refusals_seen_by(institutions: Collection[UUID]) -> QuerySet[RefusedEntry]:
    """Refusals at the patients' door that these institutions' desks may look into, newest first.

    Those of their own codes, and those of codes that nobody has: whose desk the patient calls is chance. What the page
    said openly has no reference and is not among them.
    """
    own = Q(institution__in=institutions) | Q(institution__isnull=True)
    refused = RefusedEntry.objects.filter(own, action=AuditAction.PATIENT_REFUSED, details__reference__isnull=False)
    return refused.order_by("-at", "-pk")


def refusals_named(text: str, institutions: Collection[UUID], at: datetime) -> QuerySet[RefusedEntry]:
    """Of these, the ones with the reference that somebody says (`K7-42`; case, dash and spaces do not matter)."""
    said = re.sub(r"[^A-Z0-9]", "", text.upper())
    recent = refusals_seen_by(institutions).filter(at__gt=at - RECALLED_FOR, at__lte=at)
    return recent.filter(details__reference=f"{said[:2]}-{said[2:]}")
