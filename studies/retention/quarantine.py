"""Quarantined files go after 90 days, answered or not."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from studies.ingest.services import lock
from studies.models import Institution, QuarantinedFile

KEPT_FOR = timedelta(days=90)


def forget_quarantined(at: datetime) -> int:
    """Delete the files that have lain in quarantine for 90 days at `at`, with their rows. Returns how many.

    The bytes go before the row is committed: after a kill in between, the next run finds the row and finishes.
    """
    count = 0
    for institution in Institution.objects.order_by("pk"):
        with transaction.atomic():
            lock(institution)
            old = list(QuarantinedFile.objects.filter(institution=institution, received_at__lte=at - KEPT_FOR))
            for quarantined in old:
                _remove(quarantined.file)
            QuarantinedFile.objects.filter(pk__in=[quarantined.pk for quarantined in old]).delete()
        count += len(old)
    return count


def _remove(file: str) -> None:
    if not file:
        return
    path = Path(settings.ARCHIVE_ROOT) / file
    path.unlink(missing_ok=True)
    if path.parent.is_dir() and not any(path.parent.iterdir()):
        path.parent.rmdir()
