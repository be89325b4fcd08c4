"""What a seal is over: the canonical form of rows, and the ids it covers.

A row's form is the JSON of all its columns in a fixed order, so that it is the same from SQLite and PostgreSQL. The
digest of a seal is HMAC-SHA-256 under one of AUDIT_KEYS over the seal before, its own time and ranges, and its rows in
the order of their ids.
"""

import hashlib
import hmac
import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from accounts.keys import Key
from accounts.models import AuditEvent

Range = tuple[int, int]  # first and last id, both included
Gap = tuple[int, int | None]


@dataclass(frozen=True)
class Header:
    """What a seal says of itself, and what its digest covers besides the rows."""

    sealed_at: datetime
    ranges: tuple[Range, ...]
    previous: str

    def canonical(self) -> bytes:
        return _line([self.sealed_at.astimezone(UTC).isoformat(), self.ranges, self.previous])


def digest(key: Key, header: Header, rows: Iterable[AuditEvent]) -> str:
    """64 hex digits."""
    mac = hmac.new(key.secret, header.canonical(), hashlib.sha256)
    for row in rows:
        mac.update(canonical(row))
    return mac.hexdigest()


def canonical(row: AuditEvent) -> bytes:
    """The form of a row as it was read from the database; one line."""
    return _line(
        [
            row.pk,
            str(row.uuid),
            row.at.astimezone(UTC).isoformat(),
            row.action,
            row.actor_kind,
            _text(row.actor),
            _text(row.session),
            row.audience,
            row.address,
            _text(row.institution),
            _text(row.patient),
            _text(row.request),
            _text(row.study),
            row.details,
        ]
    )


def as_ranges(ids: Iterable[int]) -> tuple[Range, ...]:
    """Ascending ids as ranges without holes."""
    ranges: list[Range] = []
    for number in ids:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return tuple(ranges)


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Ranges in any order as few ascending ones."""
    result: list[Range] = []
    for first, last in sorted(ranges):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(last, result[-1][1]))
        else:
            result.append((first, last))
    return result


def gaps(covered: Sequence[Range], after: int) -> list[Gap]:
    """What lies above `after` outside merged ranges: first and last id, the last gap open-ended (None)."""
    found: list[Gap] = []
    next_id = after + 1
    for first, last in covered:
        if first > next_id:
            found.append((next_id, first - 1))
        next_id = max(next_id, last + 1)
    return [*found, (next_id, None)]


def covers(ranges: Sequence[Gap], number: int) -> bool:
    """Whether an id lies in one of ascending ranges."""
    place = bisect_right(ranges, number, key=lambda span: span[0]) - 1
    if place < 0:
        return False
    last = ranges[place][1]
    return last is None or number <= last


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _line(values: list[object]) -> bytes:
    return json.dumps(values, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode() + b"\n"
