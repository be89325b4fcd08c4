"""The background task. Its argument is a UUID alone: arguments are kept in clear."""

from uuid import UUID

from django.utils import timezone
from django_tasks import task

from .services import tell


@task()
def tell_physician(uuid: str) -> None:
    """Tell a physician what is due."""
    tell(UUID(uuid), timezone.now())
