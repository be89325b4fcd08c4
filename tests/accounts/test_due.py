"""What recurs is done by `run_due`, what may not be kept is deleted by `retain`, whoever adds it."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.audit.actor import SYSTEM
from accounts.audit.services import record
from accounts.models import AuditAction, AuditEvent, AuditSeal, Session, ThrottleCounter
from accounts.throttling.limits import LOGIN_ADDRESS
from accounts.throttling.services import take
from tests.factories import UserFactory
from tests.factories.accounts import log_in

pytestmark = pytest.mark.django_db


def broken(at: datetime) -> int:
    raise ValueError(at)


def seven(at: datetime) -> int:
    return 7


@pytest.fixture
def an_old_visit(client: Client) -> None:
    """A visit, an audit row and a counter, all of ten days ago."""
    then = timezone.now() - timedelta(days=10)
    log_in(client, UserFactory())
    Session.objects.update(created_at=then, last_seen_at=then)
    record(AuditAction.LOGGED_IN, SYSTEM, then)
    take(LOGIN_ADDRESS, "192.0.2.1/32", then)


def run(command: str) -> str:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def test_run_due_seals_forgets_and_prunes_and_does_nothing_twice(an_old_visit: None, settings: Settings) -> None:
    settings.DUE_WORK = {name: path for name, path in settings.DUE_WORK.items() if path.startswith("accounts.")}
    assert [line for line in run("run_due").splitlines() if not line.endswith(" 0")] == [
        "audit rows sealed: 1",
        "ended sessions forgotten: 1",
        "throttle counters pruned: 1",
    ]
    assert AuditSeal.objects.get().rows == 1
    assert not Session.objects.exists()
    assert not ThrottleCounter.objects.exists()
    assert {line.rpartition(" ")[2] for line in run("run_due").splitlines()} == {"0"}


def test_retain_deletes_what_is_too_old_and_audits_how_much(an_old_visit: None, settings: Settings) -> None:
    settings.RETENTION = {name: path for name, path in settings.RETENTION.items() if path.startswith("accounts.")}
    lines = run("retain").splitlines()
    assert len(lines) == len(settings.RETENTION)
    assert [line for line in lines if not line.endswith(" 0")] == ["sessions: 1", "throttle counters: 1"]
    rows = AuditEvent.objects.filter(action=AuditAction.RETAINED).order_by("pk")
    assert [row.details for row in rows] == [
        {"what": "sessions", "deleted": 1},
        {"what": "throttle counters", "deleted": 1},
    ]
    run("retain")
    assert rows.count() == 2


def test_a_higher_layer_adds_work_by_its_name(settings: Settings) -> None:
    settings.DUE_WORK = {"things counted": "tests.accounts.test_due.seven"}
    assert run("run_due") == "things counted: 7\n"


def test_a_piece_that_fails_keeps_no_other_from_being_done(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    path = "tests.accounts.test_due"
    settings.DUE_WORK = {"broken": f"{path}.broken", "things counted": f"{path}.seven"}
    out = StringIO()
    with pytest.raises(CommandError, match="Not done, see the log: broken"):
        call_command("run_due", stdout=out)
    assert "things counted: 7" in out.getvalue()
    assert caplog.records[0].__dict__["fields"] == {"work": "broken"}
