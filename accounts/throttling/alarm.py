"""Telling the operator once when failures pile up everywhere at the same time."""

import logging
from datetime import datetime

from django.db import transaction

from accounts.audit.actor import SYSTEM
from accounts.audit.services import record
from accounts.models import AuditAction, ThrottleCounter

from .limits import Alarm

_log = logging.getLogger("pacsonweb.throttling")


def count_failure(alarm: Alarm, at: datetime) -> bool:
    """Count one failure, whoever it was. Returns True for the one that raises the alarm: it is logged and audited.

    The window begins with the first failure after the window before. Commits on its own, as all of the room does.
    """
    with transaction.atomic(durable=True):
        ThrottleCounter.objects.bulk_create(
            [ThrottleCounter(scope=alarm.scope, subject="", kept_until=at + alarm.window)], ignore_conflicts=True
        )
        counter = ThrottleCounter.objects.select_for_update().get(scope=alarm.scope, subject="")
        if counter.kept_until <= at:
            counter.failures, counter.kept_until = 0, at + alarm.window
        counter.failures += 1
        counter.save(update_fields=["failures", "kept_until"])
        raised = counter.failures == alarm.failures + 1
        if raised:
            details: dict[str, str | int | bool | None] = {"scope": alarm.scope, "failures": counter.failures}
            record(AuditAction.ALARM, SYSTEM, at, details=details)
            _log.error("alarm.raised", extra={"fields": details})
    return raised
