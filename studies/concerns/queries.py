"""The desk's queue of messages."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from studies.models import DeskMessage


def concerns_seen_by(institutions: Collection[UUID]) -> QuerySet[DeskMessage]:
    """Messages to these institutions, the oldest first; each with its request."""
    seen = DeskMessage.objects.filter(request__institution__uuid__in=institutions)
    return seen.select_related("request__patient", "request__institution").order_by("written_at", "pk")


def unanswered(institutions: Collection[UUID]) -> QuerySet[DeskMessage]:
    return concerns_seen_by(institutions).filter(answered_at__isnull=True)
