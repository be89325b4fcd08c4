"""Recurring work (decision 16) and retention (decision 17).

What there is to do stands in the settings DUE_WORK and RETENTION: a name and the dotted path of a function
`(at: datetime) -> int` that does what is due at `at` and returns how much it did. So a higher layer adds its work
without a lower one knowing. Each piece is idempotent: run twice, the second finds nothing to do.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from accounts.audit.actor import SYSTEM
from accounts.audit.services import record
from accounts.models import AuditAction

_log = logging.getLogger("pacsonweb.due")

Work = Callable[[datetime], int]


@dataclass(frozen=True)
class Done:
    """What became of one piece of work: `count` of things done, None if it failed (the log says why)."""

    name: str
    count: int | None


def run_due(at: datetime) -> Iterator[Done]:
    """Do all recurring work, one piece after the other."""
    return _each(settings.DUE_WORK, at)


def retain(at: datetime) -> Iterator[Done]:
    """Delete what may not be kept any longer; what was deleted is audited by its count."""
    for done in _each(settings.RETENTION, at):
        if done.count:
            with transaction.atomic():
                record(AuditAction.RETAINED, SYSTEM, at, details={"what": done.name, "deleted": done.count})
        yield done


def _each(works: dict[str, str], at: datetime) -> Iterator[Done]:
    for name, path in works.items():
        work: Work = import_string(path)
        try:
            yield Done(name, work(at))
        except Exception:  # noqa: BLE001 - one piece that fails must not keep the others from being done
            _log.exception("due.failed", extra={"fields": {"work": name}})
            yield Done(name, None)
