"""The background task. Its argument is a row's UUID alone: arguments are kept in clear."""

from uuid import UUID

from django.utils import timezone
from django_tasks import task

from .handling import handle


@task()
def handle_rescue(uuid: str) -> None:
    handle(UUID(uuid), timezone.now())
