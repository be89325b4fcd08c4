"""Counting failures so that no secret can be guessed, exactly and whatever runs in parallel.

A try is reserved before its secret is checked and given back after a success:

    verdict = take(limit, subject, at)
    if not verdict.allowed: say verdict.again_at, and check nothing
    if the secret is right: forgive(limit, subject, at)

A reserved try counts as a failure until it is forgiven; so of a thousand simultaneous tries exactly as many get through
as the limit says. Several limits at once (a code, its sender's address and network) go into one `take_all`: it allows a
try only if every limit does, and counts it nowhere otherwise.

Every call commits on its own (decision 13): within a caller's transaction, whose rollback would undo the count, it
raises `RuntimeError`. A database that does not answer raises too, and nothing was checked: the room fails closed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.keys import macs
from accounts.models import AuditAction, ThrottleCounter

from .limits import Limit, WindowLimit

Try = tuple[Limit, str]
_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Verdict:
    """Whether this try may be made.

    `again_at`: of a refused try, when the next one works; of an allowed try, when the next one works if this one fails
    (None: at once). `ended`: the subject has no try left in its life. `is_last`: if this try fails, it has none.
    """

    allowed: bool
    again_at: datetime | None = None
    ended: bool = False
    is_last: bool = False


def take(limit: Limit, subject: str, at: datetime) -> Verdict:
    """Reserve one try at `at`. `subject` may be secret: only its keyed hash is stored."""
    return take_all([(limit, subject)], at)


def take_all(tries: Sequence[Try], at: datetime) -> Verdict:
    """Reserve one try under several limits: all or none."""
    while True:
        with transaction.atomic(durable=True):
            counters = _locked(tries, at)
            if len(counters) == len(tries):
                return _reserved(counters, at)
        _make(tries, at)  # outside: whoever waits here for another's counter holds none


def _reserved(counters: list[tuple[Limit, ThrottleCounter]], at: datetime) -> Verdict:
    verdicts = [_verdict(limit, counter, at) for limit, counter in counters]
    if not all(verdict.allowed for verdict in verdicts):
        return _joined([verdict for verdict in verdicts if not verdict.allowed])
    for limit, counter in counters:
        _count(limit, counter, at)
    _write(counters)
    return _joined(verdicts)


def forgive(limit: Limit, subject: str, at: datetime) -> None:
    """Give the try of `at` back after a success; a waiting limit also forgets the failures before it, but not those
    that count for life."""
    forgive_all([(limit, subject)], at)


def forgive_all(tries: Sequence[Try], at: datetime) -> None:
    """The same for every limit of a `take_all`."""
    with transaction.atomic(durable=True):
        counters = _locked(tries, at)
        for limit, counter in counters:
            _forgive(limit, counter, at)
        _write(counters)


def forget(limit: Limit, subject: str) -> None:
    """Drop what was counted for a subject that no longer exists."""
    with transaction.atomic(durable=True):
        ThrottleCounter.objects.filter(scope=limit.scope, subject__in=_hashes(limit, subject)).delete()


def counters_of(tries: Sequence[Try]) -> QuerySet[ThrottleCounter]:
    """What is counted under these limits for these subjects."""
    asked = Q(pk__in=[])
    for limit, subject in tries:
        asked |= Q(scope=limit.scope, subject__in=_hashes(limit, subject))
    return ThrottleCounter.objects.filter(asked)


def lift(counter: ThrottleCounter, actor: Actor, at: datetime) -> None:
    """Let the next try be made at once: the failures that count now are forgotten, those that count for life are not.

    Raises ValidationError for a counter that is forgotten already. Audited without the subject, which nobody knows.
    """
    with transaction.atomic():
        current = ThrottleCounter.objects.select_for_update().filter(pk=counter.pk).first()
        if current is None:
            raise ValidationError(gettext("This wait is over already."))
        details: dict[str, str | int | bool | None] = {"scope": current.scope, "failures": current.failures}
        current.failures, current.recent, current.blocked_until = 0, [], None
        current.save(update_fields=["failures", "recent", "blocked_until"])
        record(AuditAction.THROTTLE_LIFTED, actor, at, details=details)


def prune(at: datetime) -> int:
    """Delete counters that mean nothing any more. Returns how many."""
    return ThrottleCounter.objects.filter(kept_until__lte=at).delete()[0]


def _locked(tries: Sequence[Try], at: datetime) -> list[tuple[Limit, ThrottleCounter]]:
    """The counter of each try that has one, locked; always in the same order, so that two never wait for each other."""
    hashes = {(limit.scope, subject): _hashes(limit, subject) for limit, subject in tries}
    for scope, candidates in sorted((scope, found) for (scope, _), found in hashes.items()):
        _carry_over(scope, candidates)
    rows = ThrottleCounter.objects.select_for_update().filter(
        scope__in=[scope for scope, _ in hashes], subject__in=[candidates[0] for candidates in hashes.values()]
    )
    found = {(row.scope, row.subject): row for row in rows.order_by("scope", "subject")}
    places = [(limit, (limit.scope, hashes[limit.scope, subject][0])) for limit, subject in tries]
    counters = [(limit, found[place]) for limit, place in places if place in found]
    for _, counter in counters:
        if counter.kept_until <= at:  # as if it had been pruned in time
            counter.failures, counter.lifetime, counter.recent, counter.blocked_until = 0, 0, [], None
    return counters


def _make(tries: Sequence[Try], at: datetime) -> None:
    """Counters for those that have none yet."""
    places = sorted((limit.scope, _hashes(limit, subject)[0]) for limit, subject in tries)
    kept = at + timedelta(days=1)
    counters = [ThrottleCounter(scope=scope, subject=subject, kept_until=kept) for scope, subject in places]
    ThrottleCounter.objects.bulk_create(counters, ignore_conflicts=True)


def _carry_over(scope: str, candidates: list[str]) -> None:
    """After a rotation of keys a count goes on under the newest key."""
    newest, *older = candidates
    if older and not ThrottleCounter.objects.filter(scope=scope, subject=newest).exists():
        row = ThrottleCounter.objects.filter(scope=scope, subject__in=older).order_by("id").first()
        if row is not None:
            ThrottleCounter.objects.filter(pk=row.pk).update(subject=newest)


def _verdict(limit: Limit, counter: ThrottleCounter, at: datetime) -> Verdict:
    if isinstance(limit, WindowLimit):
        return _window_verdict(limit, counter, at)
    left = None if limit.ends_after is None else limit.ends_after - counter.lifetime
    if left is not None and left <= 0:
        return Verdict(allowed=False, ended=True)
    if counter.blocked_until is not None and at < counter.blocked_until:
        return Verdict(allowed=False, again_at=counter.blocked_until)
    wait = limit.wait_after(counter.failures + 1)
    return Verdict(allowed=True, again_at=at + wait if wait else None, is_last=left == 1)


def _window_verdict(limit: WindowLimit, counter: ThrottleCounter, at: datetime) -> Verdict:
    recent = _recent(limit, counter, at)
    if (until := _full_until(limit, recent)) is not None:
        return Verdict(allowed=False, again_at=until)
    if len(recent) + 1 < limit.failures:
        return Verdict(allowed=True)
    return Verdict(allowed=True, again_at=(_moment(recent[0]) if recent else at) + limit.window)


def _count(limit: Limit, counter: ThrottleCounter, at: datetime) -> None:
    if isinstance(limit, WindowLimit):
        counter.recent = sorted([*_recent(limit, counter, at), _milliseconds(at)])
        counter.failures = len(counter.recent)
        counter.blocked_until = _full_until(limit, counter.recent)
    else:
        counter.failures += 1
        counter.lifetime += 1
        wait = limit.wait_after(counter.failures)
        counter.blocked_until = at + wait if wait else None
    counter.kept_until = at + limit.kept


def _forgive(limit: Limit, counter: ThrottleCounter, at: datetime) -> None:
    if isinstance(limit, WindowLimit):
        if (try_ := _milliseconds(at)) in counter.recent:
            counter.recent.remove(try_)
        counter.failures = len(counter.recent)
        counter.blocked_until = _full_until(limit, counter.recent)
    else:
        counter.failures = 0
        counter.lifetime = max(counter.lifetime - 1, 0)
        counter.blocked_until = None


def _write(counters: list[tuple[Limit, ThrottleCounter]]) -> None:
    """One by one: there are three at most, and bulk_update takes longer to put its statement together."""
    for _, counter in counters:
        counter.save(update_fields=["failures", "lifetime", "recent", "blocked_until", "kept_until"])


def _joined(verdicts: list[Verdict]) -> Verdict:
    times = [verdict.again_at for verdict in verdicts if verdict.again_at is not None]
    return Verdict(
        allowed=all(verdict.allowed for verdict in verdicts),
        again_at=max(times, default=None),
        ended=any(verdict.ended for verdict in verdicts),
        is_last=any(verdict.is_last for verdict in verdicts),
    )


def _hashes(limit: Limit, subject: str) -> list[str]:
    return [digest for _, digest in macs("CODE_KEYS", f"throttle {limit.scope}", subject)]


def _recent(limit: WindowLimit, counter: ThrottleCounter, at: datetime) -> list[int]:
    since = _milliseconds(at - limit.window)
    return [moment for moment in counter.recent if moment > since]


def _full_until(limit: WindowLimit, recent: list[int]) -> datetime | None:
    """When a window that is full takes the next try; None for one with room."""
    return _moment(recent[-limit.failures]) + limit.window if len(recent) >= limit.failures else None


def _milliseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + milliseconds * _MILLISECOND
