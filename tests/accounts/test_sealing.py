"""Whoever changes the audit log is found out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.audit import sealing
from accounts.audit.actor import SYSTEM
from accounts.audit.sealing import seal
from accounts.audit.services import record
from accounts.audit.verification import verify
from accounts.models import AuditAction, AuditEvent, AuditSeal

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LATER = NOON + 10 * MINUTE
NEXT_DAY = NOON + timedelta(days=1)


def write(rows: int, at: datetime = NOON) -> list[AuditEvent]:
    return [record(AuditAction.LOGGED_IN, SYSTEM, at, details={"n": n, "text": "é"}) for n in range(rows)]


def write_again(row: AuditEvent | AuditSeal, **changes: Any) -> None:
    """Change a stored row as somebody with the run of the database would: the trigger refuses an update only."""
    key, kind = row.pk, type(row)
    kind.objects.filter(pk=key).delete()
    for name, value in changes.items():
        setattr(row, name, value)
    row.pk = changes.get("pk", key)
    row.save(force_insert=True)


def sealed_log() -> None:
    """Three seals over twelve rows."""
    for batch in range(3):
        at = NOON + batch * 2 * MINUTE
        write(4, at)
        seal(at + MINUTE)


def test_rows_older_than_a_minute_are_sealed_and_the_younger_are_the_tail() -> None:
    write(3)
    write(2, NOON + 30 * MINUTE)
    assert seal(NOON + MINUTE) == 3
    assert seal(NOON + MINUTE) == 0
    result = verify(NOON + MINUTE)
    assert (result.rows, result.seals, result.tail, result.tail_since) == (5, 1, 2, NOON + 30 * MINUTE)
    assert result.is_intact


def test_many_rows_are_sealed_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 4)
    write(10)
    assert seal(LATER) == 10
    assert list(AuditSeal.objects.order_by("pk").values_list("rows", flat=True)) == [4, 4, 2]
    assert verify(LATER).is_intact


def test_a_row_that_commits_after_its_neighbours_were_sealed_is_sealed_later() -> None:
    _, late, _ = write(3)
    AuditEvent.objects.filter(pk=late.pk).delete()
    seal(NOON + MINUTE)
    late.save(force_insert=True)
    assert verify(NOON + 2 * MINUTE).tail == 1
    assert seal(NOON + 30 * MINUTE) == 1
    assert verify(NEXT_DAY).is_intact


def test_a_row_put_into_a_gap_after_an_hour_is_found_and_never_sealed() -> None:
    _, gone, _ = write(3)
    AuditEvent.objects.filter(pk=gone.pk).delete()
    seal(NOON + MINUTE)
    assert verify(NEXT_DAY).is_intact
    gone.save(force_insert=True)
    assert seal(NEXT_DAY) == 0
    assert verify(NEXT_DAY).findings == [f"Rows were inserted after their neighbours were sealed: {gone.pk}."]


def test_a_row_put_before_all_others_is_found() -> None:
    sealed_log()
    write_again(write(1)[0], pk=-7)
    assert "-7" in verify(NEXT_DAY).findings[0]


def test_two_who_seal_at_once_do_not_fork_the_chain() -> None:
    sealed_log()
    last = AuditSeal.objects.order_by("pk").last()
    assert last is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditSeal.objects.create(
            sealed_at=LATER, ranges=[[99, 99]], rows=1, last_id=99, previous=last.previous, key_id="", digest="other"
        )


def test_a_clock_set_back_is_no_finding() -> None:
    write(2)
    seal(NOON + 5 * MINUTE)
    write(2)
    seal(NOON + 2 * MINUTE)
    assert verify(NEXT_DAY).is_intact


def test_old_seals_hold_after_a_new_key_and_not_without_the_old_one(settings: Settings) -> None:
    settings.AUDIT_KEYS = ["old"]
    write(2)
    seal(LATER)
    settings.AUDIT_KEYS = ["new", "old"]
    write(2, LATER)
    seal(LATER + MINUTE)
    assert verify(NEXT_DAY).is_intact
    settings.AUDIT_KEYS = ["new"]
    assert "cannot be checked" in verify(NEXT_DAY).findings[0]


def test_whoever_does_not_know_the_key_cannot_make_seals(settings: Settings) -> None:
    settings.AUDIT_KEYS = ["right"]
    sealed_log()
    AuditSeal.objects.all().delete()
    settings.AUDIT_KEYS = ["guessed"]
    seal(LATER)
    settings.AUDIT_KEYS = ["right"]
    assert not verify(NEXT_DAY).is_intact


def test_the_newest_rows_removed_with_their_seal_show_against_the_log() -> None:
    sealed_log()
    last = AuditSeal.objects.order_by("pk").last()
    assert last is not None
    AuditEvent.objects.filter(pk__in=range(last.ranges[0][0], last.last_id + 1)).delete()
    AuditSeal.objects.filter(pk=last.pk).delete()
    assert verify(NEXT_DAY).is_intact
    assert verify(NEXT_DAY, [last.digest]).findings == [f"A seal that the log names is missing: {last.digest}."]


def test_seals_stand_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    write(2)
    with caplog.at_level("INFO", "pacsonweb.audit"):
        seal(LATER)
    assert caplog.records[0].__dict__["fields"]["digest"] == AuditSeal.objects.get().digest


FIELDS: dict[str, Any] = {
    "uuid": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "at": NOON - MINUTE,
    "action": AuditAction.LOGGED_OUT,
    "actor_kind": "patient",
    "actor": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "session": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "audience": "requester",
    "address": "192.0.2.1",
    "institution": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "patient": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "request": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "study": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "details": {"n": 99},
}
SEAL_FIELDS: dict[str, Any] = {
    "sealed_at": NOON - MINUTE,
    "ranges": [[1, 2]],
    "rows": 3,
    "last_id": 2,
    "previous": "f" * 64,
    "key_id": "ffffffff",
    "digest": "f" * 64,
}


def change_a_row(draw: Callable[..., Any], rows: list[AuditEvent], seals: list[AuditSeal]) -> None:
    name = draw(st.sampled_from(sorted(FIELDS)))
    write_again(draw(st.sampled_from(rows)), **{name: FIELDS[name]})


def remove_rows(draw: Callable[..., Any], rows: list[AuditEvent], seals: list[AuditSeal]) -> None:
    doomed = draw(st.sets(st.sampled_from([row.pk for row in rows]), min_size=1))
    AuditEvent.objects.filter(pk__in=doomed).delete()


def swap_two_rows(draw: Callable[..., Any], rows: list[AuditEvent], seals: list[AuditSeal]) -> None:
    one, other = draw(st.lists(st.sampled_from(rows), min_size=2, max_size=2, unique_by=lambda row: row.pk))
    first, second = one.pk, other.pk
    AuditEvent.objects.filter(pk__in=[first, second]).delete()
    one.pk, other.pk = second, first
    one.save(force_insert=True)
    other.save(force_insert=True)


def change_a_seal(draw: Callable[..., Any], rows: list[AuditEvent], seals: list[AuditSeal]) -> None:
    name = draw(st.sampled_from(sorted(SEAL_FIELDS)))
    write_again(draw(st.sampled_from(seals)), **{name: SEAL_FIELDS[name]})


def remove_an_older_seal(draw: Callable[..., Any], rows: list[AuditEvent], seals: list[AuditSeal]) -> None:
    AuditSeal.objects.filter(pk=draw(st.sampled_from(seals[:-1])).pk).delete()


def move_a_seal(draw: Callable[..., Any], rows: list[AuditEvent], seals: list[AuditSeal]) -> None:
    write_again(draw(st.sampled_from(seals[:-1])), pk=seals[-1].pk + 1)


def cover_a_gap(draw: Callable[..., Any], rows: list[AuditEvent], seals: list[AuditSeal]) -> None:
    seal = draw(st.sampled_from(seals))
    AuditEvent.objects.filter(pk=seal.last_id).delete()
    write_again(seal, ranges=[[seal.ranges[0][0], seal.last_id - 1]], last_id=seal.last_id - 1, rows=seal.rows - 1)


@pytest.mark.parametrize(
    "tamper",
    [change_a_row, remove_rows, swap_two_rows, change_a_seal, remove_an_older_seal, move_a_seal, cover_a_gap],
)
@examples(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_way_to_tamper_is_found(tamper: Callable[..., None], data: st.DataObject, db: None) -> None:
    with transaction.atomic():
        AuditSeal.objects.all().delete()
        AuditEvent.objects.all().delete()
        sealed_log()
        assert verify(NEXT_DAY).is_intact
        tamper(data.draw, list(AuditEvent.objects.order_by("pk")), list(AuditSeal.objects.order_by("pk")))
        assert verify(NEXT_DAY).findings


@pytest.mark.parametrize("kind", [AuditEvent, AuditSeal])
def test_the_database_refuses_to_change_a_row_or_a_seal(kind: type[AuditEvent | AuditSeal]) -> None:
    sealed_log()
    field = "action" if kind is AuditEvent else "digest"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        kind.objects.update(**{field: "other"})


def test_verify_audit_says_that_all_is_well() -> None:
    sealed_log()
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "12 rows and 3 seals were checked." in out.getvalue()
    assert "as it was written" in out.getvalue()


def test_verify_audit_fails_and_says_what_is_wrong() -> None:
    sealed_log()
    row = AuditEvent.objects.earliest("pk")
    AuditEvent.objects.filter(pk=row.pk).delete()
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_audit", stdout=StringIO(), stderr=err)
    assert f"rows are missing: {row.pk}." in err.getvalue()
