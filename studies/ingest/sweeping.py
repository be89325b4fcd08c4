"""Clearing what killed runs left in the archive."""

from collections.abc import Collection
from pathlib import Path

from django.conf import settings
from django.db import transaction

from studies.archive.staging import quarantined_file, sweep
from studies.models import Instance, Institution, QuarantinedFile


def sweep_archive() -> int:
    """Remove staged files of runs that are no longer alive, and what they placed without a row; returns how many runs.

    Safe beside imports that are running.
    """
    return sweep(Path(settings.ARCHIVE_ROOT), _recorded)


def _recorded(keys: Collection[str]) -> set[str]:
    """Those of `keys` that have a row.

    Waits for every writer: the database may still be carrying out the commit of a process that was killed.
    """
    if not keys:
        return set()
    with transaction.atomic():
        list(Institution.objects.select_for_update(no_key=True).order_by("pk"))
        recorded = set(Instance.objects.filter(key__in=keys).values_list("key", flat=True))
        files = {quarantined_file(key): key for key in keys}
        kept = QuarantinedFile.objects.filter(file__in=files).values_list("file", flat=True)
        return recorded | {files[file] for file in kept}
