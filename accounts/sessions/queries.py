"""Sessions in the words of the policy."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.models import Session


def over(at: datetime) -> QuerySet[Session]:
    """Sessions that ended by themselves: idle too long, or older than a session may be."""
    return Session.objects.filter(
        Q(last_seen_at__lte=at - settings.SESSION_IDLE) | Q(created_at__lte=at - settings.SESSION_LIFE)
    )
