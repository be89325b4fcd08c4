"""Sealing the audit log, so that a later change shows.

Rows are written without waiting for each other; a task seals them in batches. Ids are given before rows commit, so that
a row may appear after its neighbours were sealed: it is a late row, and goes into a later seal while its gap is open,
which is an hour from the seal that passed over it. After that a row found in the gap is one that was inserted.

What the database cannot show by itself, the removal of the newest rows together with their seals, shows against the
log: each seal is logged, and `verify` takes digests that must be there.
"""

import logging
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from accounts.keys import keys
from accounts.models import AuditEvent, AuditSeal

from .chain import Gap, Header, Range, as_ranges, digest, gaps, merged

LAG = timedelta(seconds=60)  # rows younger than this wait, so that few are late
GAP_OPEN = timedelta(hours=1)
BATCH = 1_000
_GAPS_PER_QUERY = 200

_log = logging.getLogger("pacsonweb.audit")


def seal(at: datetime) -> int:
    """Seal every row older than a minute that no seal covers and whose gap is open. Returns how many rows were sealed.

    Two at once do no harm: one of them finds its place in the chain taken and leaves the rest to the other.
    """
    sealed = 0
    try:
        while made := _seal_batch(at):
            sealed += made.rows
            fields = {"seal": made.pk, "rows": made.rows, "last_id": made.last_id, "digest": made.digest}
            _log.info("audit.sealed", extra={"fields": fields})
    except IntegrityError:
        _log.info("audit.sealed_by_another")
    return sealed


def open_gaps(at: datetime) -> list[Gap]:
    """Where an unsealed row may still be at `at`: the gaps seals passed over within the hour, and what follows the
    newest."""
    before = AuditSeal.objects.filter(sealed_at__lte=at - GAP_OPEN)
    floor = before.aggregate(last=Max("last_id"))["last"] or 0
    recent = AuditSeal.objects.filter(sealed_at__gt=at - GAP_OPEN).values_list("ranges", flat=True)
    covered: list[Range] = [(first, last) for ranges in recent for first, last in ranges]
    return gaps(merged(covered), floor)


def _seal_batch(at: datetime) -> AuditSeal | None:
    """The next seal, None when nothing is due. Raises `IntegrityError` when another took its place in the chain."""
    key = keys("AUDIT_KEYS")[0]
    with transaction.atomic():
        before = AuditSeal.objects.order_by("-pk").first()  # read before the rows: whoever seals them meanwhile wins
        rows = _due(at)
        if not rows:
            return None
        # A clock that was set back must not look like seals that were moved.
        header = Header(
            sealed_at=max(at, before.sealed_at) if before else at,
            ranges=as_ranges(row.pk for row in rows),
            previous=before.digest if before else "",
        )
        return AuditSeal.objects.create(
            sealed_at=header.sealed_at,
            ranges=header.ranges,
            rows=len(rows),
            last_id=rows[-1].pk,
            previous=header.previous,
            key_id=key.id,
            digest=digest(key, header, rows),
        )


def _due(at: datetime) -> list[AuditEvent]:
    spans = open_gaps(at)
    due: list[AuditEvent] = []
    for start in range(0, len(spans), _GAPS_PER_QUERY):
        within = Q(pk__in=[])
        for first, last in spans[start : start + _GAPS_PER_QUERY]:
            within |= Q(pk__gte=first) if last is None else Q(pk__range=(first, last))
        found = AuditEvent.objects.filter(within, at__lte=at - LAG).order_by("pk")
        due.extend(found[: BATCH - len(due)])
        if len(due) == BATCH:
            break
    return due
