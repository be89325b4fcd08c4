"""The background task. Its argument is a row's UUID alone: arguments are kept in clear."""

from uuid import UUID

from django_tasks import task

from .linking import BREATH, finish


@task()
def link_number(uuid: str) -> None:
    """Link whatever waits of one number."""
    finish(UUID(uuid), BREATH)
