"""Another code for whoever lost theirs: to what the hospital holds, and nowhere else."""

import json
import re
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult

from accounts.audit.actor import SYSTEM, Actor, ActorKind
from accounts.due.services import run_due
from accounts.models import AuditAction, AuditEvent
from accounts.sms.interfaces import SmsNotSent
from studies.access_codes import Birth, IssuedCode, Outcome, enter, issue, revoke
from studies.access_codes.entering import complete
from studies.models import (
    AccessCode,
    CodeChannel,
    Institution,
    Patient,
    PatientSecondFactor,
    Request,
    Rescue,
    RescueOutcome,
)
from studies.rescue.asking import ask
from studies.rescue.contacts import Asked
from studies.rescue.handling import LEASE, forget_rescues, handle, handle_due
from studies.rescue.queries import rescues_for_the_desk, rescues_seen_by
from studies.rescue.tasks import handle_rescue
from tests.factories import InstitutionFactory, PatientFactory, RequestFactory, StudyFactory
from tests.factories.studies import NOON

from .conftest import MAIL, NUMBER

pytestmark = pytest.mark.django_db

BORN, WRONG = Birth(14, 9, 1951), Birth(15, 9, 1951)
HOME = "192.0.2.7"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def outbox(settings: object, tmp_path: Path) -> Path:
    settings.SMS_URL = f"file://{tmp_path}"  # type: ignore[attr-defined]
    return tmp_path


def sms(outbox: Path) -> list[dict[str, str]]:
    file = outbox / "sms.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def rescued(contact: str, birth: Birth = BORN, at: object = NOON, address: str = "") -> Rescue:
    """Ask, and have it dealt with."""
    assert ask(Asked(contact, birth), "en", address or f"2001:db8:{uuid4().hex[:4]}::1", at).allowed  # type: ignore[arg-type]
    asked = Rescue.objects.order_by("pk").last()
    assert asked is not None
    handle(asked.uuid, at)  # type: ignore[arg-type]
    asked.refresh_from_db()
    return asked


def code_in(text: str) -> str:
    found = re.search(r"\b([0-9A-Z]{4}-){2}[0-9A-Z]{4}\b", text)
    assert found
    return found[0]


def come_in(text: str) -> AccessCode:
    entry = enter(text, BORN, HOME, NOON)
    assert entry.code is not None
    complete(entry.code, PatientSecondFactor.NONE, Actor(ActorKind.PATIENT, entry.code.uuid), NOON)
    return entry.code


@pytest.mark.parametrize(
    "typed",
    ["0470 12 34 47", "+32 470 12.34.47", "0032470123447", "٠٤٧٠١٢٣٤٤٧", "０４７０１２３４４７", "+32(0)470/123447"],
)
def test_a_number_however_typed_gets_a_code_by_sms(lost: IssuedCode, outbox: Path, typed: str) -> None:
    rescue = rescued(typed)
    assert (rescue.outcome, rescue.request) == (RescueOutcome.SENT, lost.code.request)
    (message,) = sms(outbox)
    assert message["to"] == NUMBER
    assert enter(code_in(message["text"]), BORN, HOME, NOON).outcome is Outcome.ENTERED
    assert not mail.outbox


@pytest.mark.parametrize("typed", ["anna@example.org", " Anna@Example.ORG "])
def test_an_address_gets_one_by_mail(lost: IssuedCode, outbox: Path, typed: str) -> None:
    assert rescued(typed).outcome == RescueOutcome.SENT
    (message,) = mail.outbox
    assert message.to == [MAIL]
    assert enter(code_in(str(message.body)), BORN, HOME, NOON).outcome is Outcome.ENTERED
    assert not sms(outbox)


def test_the_message_says_nothing_of_the_examination(lost: IssuedCode, outbox: Path) -> None:
    rescued(NUMBER)
    rescued(MAIL)
    for text in (sms(outbox)[0]["text"], str(mail.outbox[0].subject), str(mail.outbox[0].body)):
        assert "AZ Sint-Example" in text
        assert not re.search(r"CT|head|Peeters|Anna |1951", text)


@pytest.mark.parametrize(
    ("typed", "birth"),
    [
        (NUMBER, WRONG),
        ("0470 99 99 99", BORN),
        ("anna@example.com", BORN),
        ("annа@example.org", BORN),  # a Cyrillic letter
        ("anna@example.org@example.com", BORN),
        (f"{NUMBER};+32470999999", BORN),
        (f"{NUMBER}x7", BORN),
    ],
)
def test_nobody_is_written_to_by_mistake(lost: IssuedCode, outbox: Path, typed: str, birth: Birth) -> None:
    rescue = rescued(typed, birth)
    assert (rescue.outcome, rescue.request) == (RescueOutcome.NOBODY, None)
    assert not sms(outbox)
    assert not mail.outbox
    assert AccessCode.objects.count() == 1


def test_the_number_of_one_with_the_birth_date_of_another_fits_nobody(lost: IssuedCode, outbox: Path) -> None:
    other = PatientFactory(institution=lost.code.request.institution, birth_year=1980, mobile="+32470999999")
    issue(StudyFactory(request=RequestFactory(patient=other)).request, SYSTEM, NOON)
    assert rescued("+32470999999").outcome == RescueOutcome.NOBODY
    assert not sms(outbox)


def test_the_old_code_lives_until_the_new_one_is_used(lost: IssuedCode, outbox: Path) -> None:
    rescued(NUMBER)
    assert enter(lost.text, BORN, HOME, NOON).outcome is Outcome.ENTERED
    come_in(code_in(sms(outbox)[0]["text"]))
    assert enter(lost.text, BORN, HOME, NOON).outcome is Outcome.REFUSED


def test_who_asks_twice_may_use_the_last_and_nothing_older_stays(lost: IssuedCode, outbox: Path) -> None:
    rescued(NUMBER)
    rescued(NUMBER)
    first, second = (code_in(message["text"]) for message in sms(outbox))
    assert enter(first, BORN, HOME, NOON).outcome is Outcome.ENTERED
    come_in(second)
    assert [enter(text, BORN, HOME, NOON).outcome for text in (lost.text, first)] == [Outcome.REFUSED] * 2
    assert enter(second, BORN, HOME, NOON).outcome is Outcome.ENTERED


@pytest.mark.parametrize("spoiled", [{"expires_at": NOON}, {"ended_at": NOON}])
def test_a_code_that_no_longer_works_is_replaced_too(
    lost: IssuedCode, outbox: Path, spoiled: dict[str, object]
) -> None:
    AccessCode.objects.update(**spoiled)
    assert rescued(NUMBER).outcome == RescueOutcome.SENT
    assert enter(code_in(sms(outbox)[0]["text"]), BORN, HOME, NOON).outcome is Outcome.ENTERED


def test_the_new_code_opens_and_owes_what_the_old_one_did_and_says_how_it_travelled(annas: Request) -> None:
    Institution.objects.update(price_minor=1500, free_copy_text="At the desk.", second_factor_per_code=True)
    annas.refresh_from_db()
    old = issue(annas, SYSTEM, NOON, report=False).code
    AccessCode.objects.update(second_factor=PatientSecondFactor.SMS, settled_at=NOON)
    Institution.objects.update(price_minor=2500)
    rescued(MAIL)
    new = AccessCode.objects.get(replaces=old)
    assert (new.images, new.report, new.price_minor, new.settled_at) == (True, False, 1500, NOON)
    assert (new.second_factor, new.sent_by) == (PatientSecondFactor.SMS, CodeChannel.MAIL)


def test_only_the_latest_request_that_had_a_code_gets_one(lost: IssuedCode, anna: Patient, outbox: Path) -> None:
    newer = StudyFactory(request=RequestFactory(patient=anna, requested_at=NOON - DAY)).request
    RequestFactory(patient=anna, requested_at=NOON)
    issue(newer, SYSTEM, NOON)
    assert rescued(NUMBER).request == newer
    assert len(sms(outbox)) == 1


@pytest.mark.parametrize(
    "patients",
    [
        {"is_represented": True},
        {"died": True},
        {"birth_year": 2010, "birth_month": None, "birth_day": None},
    ],
)
def test_for_some_only_the_desk_helps(lost: IssuedCode, outbox: Path, patients: dict[str, object]) -> None:
    Patient.objects.update(**patients)
    rescue = rescued(NUMBER, Birth(14, 9, int(str(patients.get("birth_year", 1951)))))
    assert (rescue.outcome, rescue.request) == (RescueOutcome.DESK, lost.code.request)
    assert not sms(outbox)
    assert AccessCode.objects.count() == 1


def test_a_code_that_the_desk_took_back_is_for_the_desk(lost: IssuedCode, outbox: Path) -> None:
    revoke(lost.code, SYSTEM, NOON)
    assert rescued(NUMBER).outcome == RescueOutcome.DESK
    assert not sms(outbox)


def test_who_never_had_a_code_is_for_the_desk(annas: Request, outbox: Path) -> None:
    assert rescued(NUMBER).outcome == RescueOutcome.DESK
    assert not sms(outbox)


def test_numbers_of_other_countries_are_not_written_to(lost: IssuedCode, outbox: Path) -> None:
    Patient.objects.update(mobile="+88213300001")
    Institution.objects.update(sms_countries="BE")
    assert rescued("+88213300001").outcome == RescueOutcome.DESK
    assert not sms(outbox)


def test_an_institution_that_left_gives_no_codes(lost: IssuedCode, outbox: Path) -> None:
    Institution.objects.update(is_active=False)
    assert rescued(NUMBER).outcome == RescueOutcome.NOBODY
    assert not sms(outbox)


def test_twins_with_a_parents_number_each_get_one_and_so_does_a_second_hospital(lost: IssuedCode, outbox: Path) -> None:
    there = InstitutionFactory()
    twin = PatientFactory(institution=lost.code.request.institution, mobile=NUMBER, name_alphabetic="Peeters^Bea")
    elsewhere = PatientFactory(institution=there, mobile=NUMBER)
    for patient in (twin, elsewhere):
        issue(StudyFactory(request=RequestFactory(patient=patient)).request, SYSTEM, NOON)
    rescued(NUMBER)
    assert len(sms(outbox)) == 3
    assert Rescue.objects.filter(outcome=RescueOutcome.SENT).count() == 3
    assert [rescue.request.patient for rescue in rescues_seen_by([there.uuid])] == [elsewhere]  # type: ignore[union-attr]


def test_three_a_day_and_the_rest_is_for_the_desk(lost: IssuedCode, outbox: Path) -> None:
    outcomes = [rescued(contact).outcome for contact in (NUMBER, MAIL, NUMBER, NUMBER, MAIL)]
    assert outcomes == [RescueOutcome.SENT] * 3 + [RescueOutcome.OFTEN] * 2
    assert len(sms(outbox)) == 2
    assert rescued(NUMBER, at=NOON + DAY).outcome == RescueOutcome.SENT


def test_an_institution_sends_no_more_sms_than_it_wants_to(lost: IssuedCode, outbox: Path) -> None:
    Institution.objects.update(sms_per_day=1)
    assert [rescued(NUMBER).outcome for _ in range(2)] == [RescueOutcome.SENT, RescueOutcome.FAILED]
    assert len(sms(outbox)) == 1


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
