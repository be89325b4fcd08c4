"""How an asking is dealt with: once, not too often, with no trace of what was typed, and seen by the desk."""

import re
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult

from accounts.due.services import run_due
from accounts.models import AuditAction, AuditEvent
from accounts.sms.interfaces import SmsNotSent
from studies.access_codes import IssuedCode
from studies.models import (
    AccessCode,
    CodeChannel,
    Institution,
    Patient,
    Rescue,
    RescueOutcome,
)
from studies.rescue.asking import ask
from studies.rescue.contacts import Asked
from studies.rescue.handling import LEASE, forget_rescues, handle, handle_due
from studies.rescue.queries import rescues_for_the_desk, rescues_seen_by
from studies.rescue.tasks import handle_rescue
from tests.factories import InstitutionFactory
from tests.factories.studies import NOON

from .story import BORN, DAY, HOME, MAIL, NUMBER, code_in, rescued, sms

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("by_mail", "outcome"), [(False, RescueOutcome.FAILED), (True, RescueOutcome.SENT)])
def test_a_message_that_cannot_be_sent_leaves_no_code_behind(
    lost: IssuedCode, by_mail: bool, outcome: RescueOutcome
) -> None:
    Institution.objects.update(mail_when_sms_fails=by_mail)
    with patch("accounts.sms.file.FileSms.send", side_effect=SmsNotSent("no")):
        assert rescued(NUMBER).outcome == outcome
    assert not AccessCode.objects.filter(sent_by=CodeChannel.SMS, revoked_at__isnull=True).exists()
    assert len(mail.outbox) == by_mail
    assert rescued(NUMBER).outcome == RescueOutcome.SENT


def test_nothing_that_was_typed_can_be_read_and_nothing_of_it_is_left(lost: IssuedCode, outbox: Path) -> None:
    ask(Asked(NUMBER, BORN), "en", HOME, NOON)
    row = Rescue.objects.get()
    assert row.typed
    for trace in (row.typed, str(DBTaskResult.objects.get().args_kwargs), str(AuditEvent.objects.last().details)):  # type: ignore[union-attr]
        assert not re.search(r"470|1951", trace)
    assert DBTaskResult.objects.get().args_kwargs == {"args": [str(row.uuid)], "kwargs": {}}
    handle(row.uuid, NOON)
    row.refresh_from_db()
    assert row.typed == ""
    text = code_in(sms(outbox)[0]["text"])
    written = " ".join(str(vars(event)) for event in AuditEvent.objects.all())
    assert not re.search(rf"{text}|{text.replace('-', '')}|470123447|anna@|1951", written)
    actions = AuditEvent.objects.filter(request=lost.code.request.uuid).values_list("action", flat=True)
    assert {AuditAction.CODE_SENT, AuditAction.RESCUE_HANDLED} <= set(actions)


def test_it_is_dealt_with_once_whoever_comes_first(lost: IssuedCode, outbox: Path) -> None:
    ask(Asked(NUMBER, BORN), "en", HOME, NOON)
    uuid = Rescue.objects.get().uuid
    assert [handle(uuid, NOON), handle(uuid, NOON), bool(handle_due(NOON))] == [True, False, False]
    handle_rescue.func(str(uuid))
    assert len(sms(outbox)) == 1


def test_recurring_work_finds_what_a_killed_worker_left(lost: IssuedCode, outbox: Path) -> None:
    ask(Asked(NUMBER, BORN), "en", HOME, NOON)
    Rescue.objects.update(handled_at=NOON)
    assert handle_due(NOON + LEASE / 2) == 0
    assert {done.name: done.count for done in run_due(NOON + LEASE)}["lost codes dealt with"] == 1
    assert len(sms(outbox)) == 1


def test_the_desk_sees_who_waits_in_vain(lost: IssuedCode, hospital: Institution) -> None:
    rescued(NUMBER)
    Patient.objects.update(is_represented=True)
    for_the_desk = rescued(MAIL)
    rescued("nobody@example.org")
    assert list(rescues_for_the_desk([hospital.uuid])) == [for_the_desk]
    assert rescues_seen_by([hospital.uuid]).count() == 2
    assert not rescues_seen_by([InstitutionFactory().uuid])


def test_askings_are_forgotten_after_thirty_days(lost: IssuedCode) -> None:
    rescued(NUMBER)
    assert forget_rescues(NOON + 30 * DAY - timedelta(seconds=1)) == 0
    assert forget_rescues(NOON + 30 * DAY) == 1


def test_an_address_asks_five_times_an_hour(lost: IssuedCode) -> None:
    verdicts = [ask(Asked(f"x{number}@example.org", BORN), "en", HOME, NOON) for number in range(6)]
    assert [verdict.allowed for verdict in verdicts] == [True] * 5 + [False]
    assert verdicts[5].again_at == NOON + timedelta(hours=1)
    assert Rescue.objects.count() == 5


def test_three_a_day_and_the_rest_is_for_the_desk(lost: IssuedCode, outbox: Path) -> None:
    outcomes = [rescued(contact).outcome for contact in (NUMBER, MAIL, NUMBER, NUMBER, MAIL)]
    assert outcomes == [RescueOutcome.SENT] * 3 + [RescueOutcome.OFTEN] * 2
    assert len(sms(outbox)) == 2
    assert rescued(NUMBER, at=NOON + DAY).outcome == RescueOutcome.SENT


def test_an_institution_sends_no_more_sms_than_it_wants_to(lost: IssuedCode, outbox: Path) -> None:
    Institution.objects.update(sms_per_day=1)
    assert [rescued(NUMBER).outcome for _ in range(2)] == [RescueOutcome.SENT, RescueOutcome.FAILED]
    assert len(sms(outbox)) == 1
