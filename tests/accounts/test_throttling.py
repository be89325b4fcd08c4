"""Nobody guesses a secret: so many failures, then waiting, exactly and for everyone alike."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from pytest_django import Settings

from accounts.models import AuditAction, AuditEvent, ThrottleCounter
from accounts.throttling import services
from accounts.throttling.alarm import count_failure
from accounts.throttling.limits import CODE, CODE_ADDRESS, Alarm, WindowLimit
from accounts.throttling.services import forget, forgive, prune, take, take_all

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SECRET = "K7Q2-9F4M-XR3W"


def fail(times: int, at: datetime = NOON) -> None:
    for _ in range(times):
        assert take(CODE, SECRET, at).allowed


def test_five_failures_are_free_and_the_fifth_says_when_the_next_try_works() -> None:
    fail(4)
    fifth = take(CODE, SECRET, NOON)
    assert (fifth.allowed, fifth.again_at) == (True, NOON + 15 * MINUTE)
    sixth = take(CODE, SECRET, NOON + 14 * MINUTE)
    assert (sixth.allowed, sixth.again_at) == (False, NOON + 15 * MINUTE)


def test_after_that_one_try_per_wait_and_the_wait_doubles_up_to_a_day() -> None:
    fail(5)
    at, waits = NOON + 15 * MINUTE, []
    for _ in range(9):
        verdict = take(CODE, SECRET, at)
        assert verdict.allowed
        assert verdict.again_at is not None
        assert not take(CODE, SECRET, verdict.again_at - timedelta(seconds=1)).allowed
        waits.append((verdict.again_at - at) // MINUTE)
        at = verdict.again_at
    assert waits == [30, 60, 120, 240, 480, 960, 1440, 1440, 1440]


def test_a_try_refused_for_coming_too_early_costs_nothing() -> None:
    fail(5)
    for _ in range(50):
        take(CODE, SECRET, NOON + MINUTE)
    assert take(CODE, SECRET, NOON + 15 * MINUTE).again_at == NOON + 45 * MINUTE


def test_a_success_wipes_the_failures_but_not_those_of_a_life() -> None:
    fail(4)
    assert take(CODE, SECRET, NOON).allowed
    forgive(CODE, SECRET, NOON)
    fail(5)
    counter = ThrottleCounter.objects.get()
    assert (counter.failures, counter.lifetime) == (5, 9)


def test_after_twenty_failures_in_its_life_a_code_ends() -> None:
    at, allowed = NOON, 0
    while not (verdict := take(CODE, SECRET, at)).ended:
        allowed += verdict.allowed
        last = verdict
        at = verdict.again_at or at
    assert allowed == 20
    assert last.is_last
    assert take(CODE, SECRET, at + timedelta(days=60)).ended


def test_the_last_try_of_a_life_may_still_succeed() -> None:
    at = NOON
    while not (verdict := take(CODE, SECRET, at)).is_last:
        at = verdict.again_at or at
    forgive(CODE, SECRET, at)
    assert take(CODE, SECRET, at).is_last


def test_an_address_has_thirty_failures_in_any_hour() -> None:
    for minute in range(30):
        assert take(CODE_ADDRESS, "192.0.2.1", NOON + minute * MINUTE).allowed
    refused = take(CODE_ADDRESS, "192.0.2.1", NOON + 59 * MINUTE)
    assert (refused.allowed, refused.again_at) == (False, NOON + HOUR)
    assert take(CODE_ADDRESS, "192.0.2.1", NOON + HOUR).allowed
    assert not take(CODE_ADDRESS, "192.0.2.1", NOON + HOUR).allowed
    assert take(CODE_ADDRESS, "192.0.2.2", NOON + HOUR).allowed


def test_a_success_gives_an_address_its_own_try_back_only() -> None:
    limit = WindowLimit("test", 3, HOUR)
    take(limit, "here", NOON)
    take(limit, "here", NOON + MINUTE)
    forgive(limit, "here", NOON + MINUTE)
    assert take(limit, "here", NOON + 2 * MINUTE).allowed
    assert take(limit, "here", NOON + 2 * MINUTE).allowed
    assert not take(limit, "here", NOON + 2 * MINUTE).allowed


def test_what_one_limit_refuses_counts_under_no_other() -> None:
    address = WindowLimit("test", 1, HOUR)
    take(address, "here", NOON)
    for _ in range(10):
        assert not take_all([(CODE, SECRET), (address, "here")], NOON).allowed
    assert ThrottleCounter.objects.get(scope=CODE.scope).failures == 0
    assert take_all([(CODE, SECRET), (address, "elsewhere")], NOON).allowed


def test_the_table_names_neither_codes_nor_addresses() -> None:
    take_all([(CODE, SECRET), (CODE_ADDRESS, "192.0.2.1")], NOON)
    stored = repr(list(ThrottleCounter.objects.values()))
    assert SECRET not in stored
    assert "192.0.2.1" not in stored


def test_counts_survive_a_new_key(settings: Settings) -> None:
    settings.CODE_KEYS = ["old"]
    fail(5)
    settings.CODE_KEYS = ["new", "old"]
    assert not take(CODE, SECRET, NOON).allowed
    settings.CODE_KEYS = ["new"]
    assert not take(CODE, SECRET, NOON).allowed


def test_counters_are_forgotten_after_a_week_a_code_s_only_after_a_year() -> None:
    take_all([(CODE, SECRET), (CODE_ADDRESS, "192.0.2.1")], NOON)
    assert prune(NOON + timedelta(days=6)) == 0
    assert prune(NOON + timedelta(days=7)) == 1
    assert ThrottleCounter.objects.get().scope == CODE.scope
    assert prune(NOON + timedelta(days=366)) == 1


def test_whether_old_counters_were_pruned_makes_no_difference() -> None:
    fail(5)
    assert take(CODE, SECRET, NOON + timedelta(days=367)).again_at is None


def test_a_subject_that_is_gone_can_be_forgotten() -> None:
    fail(5)
    forget(CODE, SECRET)
    assert not ThrottleCounter.objects.exists()


def test_the_alarm_is_raised_once_in_a_window() -> None:
    alarm = Alarm("test.alarm", 3, HOUR)
    raised = [count_failure(alarm, NOON) for _ in range(10)]
    assert raised == [False] * 3 + [True] + [False] * 6
    assert AuditEvent.objects.get(action=AuditAction.ALARM).details == {"scope": "test.alarm", "failures": 4}
    assert [count_failure(alarm, NOON + HOUR) for _ in range(4)] == [False, False, False, True]


@pytest.mark.django_db(transaction=True)
def test_counting_within_a_callers_transaction_is_refused() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError):
        take(CODE, SECRET, NOON)
    assert not ThrottleCounter.objects.exists()


def test_a_database_that_does_not_answer_lets_nobody_try(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(services, "_write", silent)
    with pytest.raises(DatabaseError):
        take(CODE, SECRET, NOON)
