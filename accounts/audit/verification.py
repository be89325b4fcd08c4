"""Checking the audit log against its seals: what was changed, removed, inserted or reordered is found and said."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts.keys import keys
from accounts.models import AuditEvent, AuditSeal

from .chain import Header, Range, as_ranges, covers, digest, gaps, merged
from .sealing import open_gaps


@dataclass
class Verification:
    """`findings` are plain sentences, empty when all is as it was written. `tail`: rows not sealed yet, `tail_since`
    the time of the oldest."""

    rows: int = 0
    seals: int = 0
    findings: list[str] = field(default_factory=list)
    tail: int = 0
    tail_since: datetime | None = None

    @property
    def is_intact(self) -> bool:
        return not self.findings


def verify(at: datetime, expected: Collection[str] = ()) -> Verification:
    """Check every seal and every row. `expected`: digests noted from the log that must be among the seals."""
    result = Verification()
    covered: list[Range] = []
    before: AuditSeal | None = None
    missing = set(expected)
    for seal in AuditSeal.objects.order_by("pk").iterator():
        result.seals += 1
        missing.discard(seal.digest)
        if seal.previous != (before.digest if before else ""):
            result.findings.append(f"Seal {seal.pk}: the seal before it was changed, removed or moved.")
        covered += _check_seal(seal, result)
        before = seal
    result.findings += [f"A seal that the log names is missing: {digest}." for digest in sorted(missing)]
    _check_unsealed(at, merged(covered), result)
    return result


def _check_seal(seal: AuditSeal, result: Verification) -> tuple[Range, ...]:
    """Note what is wrong with one seal and its rows. Returns the ranges it covers."""
    try:
        ranges = tuple((int(first), int(last)) for first, last in seal.ranges)
    except (TypeError, ValueError):
        ranges = ()
    if not ranges or list(ranges) != merged(ranges):
        result.findings.append(f"Seal {seal.pk}: it was changed, what it covers cannot be read.")
        return ()
    between = AuditEvent.objects.filter(pk__range=(ranges[0][0], ranges[-1][1])).order_by("pk")
    rows = [row for row in between if covers(ranges, row.pk)]
    result.rows += len(rows)
    lost = [gap for first, last in ranges for gap in _lost(first, last, rows)]
    if lost:
        result.findings.append(f"Seal {seal.pk}: rows are missing: {_named(lost)}.")
        return ranges
    key = next((key for key in keys("AUDIT_KEYS") if key.id == seal.key_id), None)
    if key is None:
        result.findings.append(f"Seal {seal.pk}: no key of AUDIT_KEYS is {seal.key_id}, so it cannot be checked.")
        return ranges
    right = digest(key, Header(seal.sealed_at, ranges, seal.previous), rows)
    if (right, len(rows), ranges[-1][1]) != (seal.digest, seal.rows, seal.last_id):
        result.findings.append(f"Seal {seal.pk}: a row among {_named(ranges)}, or the seal itself, was changed.")
    return ranges


def _check_unsealed(at: datetime, covered: list[Range], result: Verification) -> None:
    """Rows outside all seals: the tail where a gap is open, inserted where none is."""
    spans = open_gaps(at)
    inserted: list[int] = []
    for number, moment in AuditEvent.objects.order_by("pk").values_list("pk", "at").iterator():
        if covers(covered, number):
            continue
        result.rows += 1
        if covers(spans, number):
            result.tail += 1
            result.tail_since = min(moment, result.tail_since or moment)
        else:
            inserted.append(number)
    if inserted:
        names = _named(as_ranges(inserted))
        result.findings.append(f"Rows were inserted after their neighbours were sealed: {names}.")


def _lost(first: int, last: int, rows: list[AuditEvent]) -> list[Range]:
    """The parts of a range of ids that no row has."""
    present = [(row.pk, row.pk) for row in rows if first <= row.pk <= last]
    return [(start, last if end is None else end) for start, end in gaps(present, first - 1) if start <= last]


def _named(ranges: Sequence[Range]) -> str:
    shown = [str(first) if first == last else f"{first} to {last}" for first, last in ranges[:5]]
    return ", ".join(shown) + (" and more" if len(ranges) > 5 else "")
