"""What is left of background tasks."""

from datetime import datetime, timedelta

from django_tasks_db.models import DBTaskResult

KEPT = timedelta(days=30)


def forget_tasks(at: datetime) -> int:
    """Delete what was asked of the worker more than 30 days ago, done or not. Returns how many."""
    count: int = DBTaskResult.objects.filter(enqueued_at__lte=at - KEPT).delete()[0]
    return count
