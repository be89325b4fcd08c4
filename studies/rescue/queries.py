"""What an institution's desk sees of lost codes."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from studies.models import Rescue, RescueOutcome

FOR_THE_DESK = (RescueOutcome.DESK, RescueOutcome.OFTEN, RescueOutcome.FAILED)


def rescues_seen_by(institutions: Collection[UUID]) -> QuerySet[Rescue]:
    """Who asked these institutions for another code, newest first, whatever came of it; each with its request."""
    seen = Rescue.objects.filter(request__institution__uuid__in=institutions).exclude(outcome="")
    return seen.select_related("request__patient", "request__institution").order_by("-asked_at", "-pk")


def rescues_for_the_desk(institutions: Collection[UUID]) -> QuerySet[Rescue]:
    """Those among them to whom no code was sent: they will call, or wait in vain."""
    return rescues_seen_by(institutions).filter(outcome__in=FOR_THE_DESK)
