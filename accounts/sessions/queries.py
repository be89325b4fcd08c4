"""Sessions in the words of the policy."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.models import Session, SessionKind, User


def was_ended(session: UUID) -> bool:
    """Whether a session is gone: by a login or a log-out in another request of its browser, or by the desk."""
    return not Session.objects.filter(uuid=session).exists()


def over(at: datetime) -> QuerySet[Session]:
    """Sessions that ended by themselves: idle too long, or older than a session may be."""
    return Session.objects.filter(
        Q(last_seen_at__lte=at - settings.SESSION_IDLE) | Q(created_at__lte=at - settings.SESSION_LIFE)
    )


def live_sessions_of(user: User, at: datetime) -> QuerySet[Session]:
    """Where an account is logged in, most lately seen first."""
    live = Session.objects.filter(user=user, kind=SessionKind.ACCOUNT).exclude(pk__in=over(at).values("pk"))
    return live.order_by("-last_seen_at", "-created_at")
