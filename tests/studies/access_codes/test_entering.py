"""Coming in with a code and a date of birth."""

import re
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import keys
from accounts.audit.actor import SYSTEM, Actor, ActorKind
from accounts.models import AuditAction, AuditEvent, Session, SessionKind
from studies.access_codes import Birth, CodeFault, Entry, IssuedCode, Outcome, enter, issue, revoke
from studies.access_codes.codes import fresh, shown
from studies.access_codes.entering import complete
from studies.access_codes.services import Wishes, replace
from studies.models import AccessCode, Institution, PatientSecondFactor, Report, Request, Study
from tests.factories.studies import NOON

pytestmark = pytest.mark.django_db
BORN, WRONG = Birth(14, 9, 1951), Birth(15, 9, 1951)
HOME = "192.0.2.7"
MINUTE = timedelta(minutes=1)


def test_the_right_code_and_date_let_her_in(letter: IssuedCode) -> None:
    entry = enter(letter.text.lower().replace("-", " "), BORN, HOME, NOON)
    assert (entry.outcome, entry.code) == (Outcome.ENTERED, letter.code)
    accepted = AuditEvent.objects.get(action=AuditAction.CODE_ACCEPTED)
    assert (accepted.details["code"], accepted.address) == (str(letter.code.uuid), HOME)
    assert accepted.request == letter.code.request.uuid


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        ({}, "wrong_date"),
        ({"revoked_at": NOON}, "revoked"),
        ({"ended_at": NOON}, "ended"),
        ({"expires_at": NOON}, "expired"),
        ({"issued_at": NOON + MINUTE}, "not_live_yet"),
        (None, "unknown_code"),
    ],
)
def test_whatever_was_wrong_the_answer_and_the_work_are_the_same(
    letter: IssuedCode, spoil: dict[str, object] | None, reason: str
) -> None:
    if spoil:
        AccessCode.objects.filter(pk=letter.code.pk).update(**spoil)
    text = letter.text if spoil is not None else shown(fresh())
    with CaptureQueriesContext(connection) as queries, patch.object(keys, "_mac", wraps=keys._mac) as hashes:
        entry = enter(text, WRONG, HOME, NOON)
    assert entry == Entry(Outcome.REFUSED, again_at=None, reference=entry.reference)
    assert re.fullmatch(r"[A-Z][0-9]-[0-9]{2}", entry.reference)
    assert (len(queries), hashes.call_count) == _work_of_an_unknown_code()
    refused = AuditEvent.objects.filter(details__reference=entry.reference).get()
    assert refused.details["reason"] == reason
    assert refused.institution == (letter.code.request.institution.uuid if spoil is not None else None)


def test_a_right_date_does_not_open_a_dead_code(letter: IssuedCode) -> None:
    revoke(letter.code, SYSTEM, NOON)
    assert enter(letter.text, BORN, HOME, NOON).outcome is Outcome.REFUSED


def test_an_expired_code_says_so_only_to_whoever_knows_the_date(letter: IssuedCode) -> None:
    AccessCode.objects.update(expires_at=NOON)
    for _ in range(4):
        assert enter(letter.text, WRONG, HOME, NOON).outcome is Outcome.REFUSED
    told = enter(letter.text, BORN, HOME, NOON)
    assert told == Entry(Outcome.EXPIRED, code=letter.code)
    assert enter(letter.text, WRONG, HOME, NOON).again_at is None, "a right date is no failure"
    assert AuditEvent.objects.filter(details__reason="expired").count() == 6


@pytest.mark.parametrize("spoil", [{"revoked_at": NOON}, {"ended_at": NOON}])
def test_an_expired_code_that_was_taken_back_says_nothing(letter: IssuedCode, spoil: dict[str, object]) -> None:
    AccessCode.objects.update(expires_at=NOON, **spoil)
    assert enter(letter.text, BORN, HOME, NOON).outcome is Outcome.REFUSED


def test_an_expired_code_of_an_institution_that_left_says_nothing(letter: IssuedCode) -> None:
    AccessCode.objects.update(expires_at=NOON)
    Institution.objects.update(is_active=False)
    assert enter(letter.text, BORN, HOME, NOON).outcome is Outcome.REFUSED


def test_after_five_failures_the_next_try_waits_and_the_wait_doubles(letter: IssuedCode) -> None:
    for _ in range(4):
        assert enter(letter.text, WRONG, HOME, NOON).again_at is None
    assert enter(letter.text, WRONG, HOME, NOON).again_at == NOON + 15 * MINUTE
    early = enter(letter.text, BORN, HOME, NOON + 14 * MINUTE)
    assert (early.outcome, early.again_at) == (Outcome.REFUSED, NOON + 15 * MINUTE)
    assert enter(letter.text, WRONG, HOME, NOON + 15 * MINUTE).again_at == NOON + 45 * MINUTE
    assert enter(letter.text, BORN, HOME, NOON + 45 * MINUTE).outcome is Outcome.ENTERED
    assert enter(letter.text, WRONG, HOME, NOON + 46 * MINUTE).again_at is None


def test_a_code_that_does_not_exist_waits_just_the_same() -> None:
    invented = shown(fresh())
    answers = [enter(invented, BORN, HOME, NOON).again_at for _ in range(6)]
    assert answers == [None] * 4 + [NOON + 15 * MINUTE] * 2


def test_twenty_failures_end_a_code_for_good_whoever_came_in_between(letter: IssuedCode) -> None:
    Session.objects.create(
        key_hash="a", kind=SessionKind.PATIENT, subject=letter.code.uuid, created_at=NOON, last_seen_at=NOON
    )
    at = NOON
    for failure in range(1, 21):
        assert not AccessCode.objects.get(pk=letter.code.pk).ended_at, f"ended after {failure - 1}"
        enter(letter.text, WRONG, HOME, at)
        at += timedelta(hours=24)
        if failure == 10:
            assert enter(letter.text, BORN, HOME, at).outcome is Outcome.ENTERED
    assert AccessCode.objects.get(pk=letter.code.pk).ended_at == at - timedelta(hours=24)
    assert AuditEvent.objects.filter(action=AuditAction.CODE_ENDED).count() == 1
    assert not Session.objects.filter(subject=letter.code.uuid).exists()
    entry = enter(letter.text, BORN, HOME, at)
    assert (entry.outcome, entry.again_at) == (Outcome.REFUSED, None)


def test_a_mistyped_code_and_an_impossible_date_are_said_and_cost_the_code_nothing(letter: IssuedCode) -> None:
    mistyped = letter.text[:-1] + ("0" if letter.text[-1] != "0" else "1")
    assert enter(mistyped, BORN, HOME, NOON) == Entry(Outcome.MISTYPED, code_fault=CodeFault.CHECK)
    for _ in range(20):
        entry = enter(letter.text, Birth(31, 9, 1951), HOME, NOON)
        assert entry == Entry(Outcome.MISTYPED, impossible_date=True)
    both = enter(mistyped, Birth(31, 9, 1951), HOME, NOON)
    assert both == Entry(Outcome.MISTYPED, code_fault=CodeFault.CHECK, impossible_date=True)
    assert enter(letter.text, BORN, HOME, NOON).outcome is Outcome.ENTERED


def test_mistyped_codes_count_for_the_address() -> None:
    outcomes = [enter("", BORN, HOME, NOON).outcome for _ in range(31)]
    assert outcomes == [Outcome.MISTYPED] * 30 + [Outcome.REFUSED]
    assert enter("", BORN, HOME, NOON).again_at == NOON + timedelta(hours=1)


def test_a_code_for_which_nothing_has_arrived_says_so_only_to_who_knows_the_date(
    study: Study, letter: IssuedCode
) -> None:
    Study.objects.filter(pk=study.pk).update(arrived_at=None)
    _without_reports()
    assert enter(letter.text, WRONG, HOME, NOON).outcome is Outcome.REFUSED
    entry = enter(letter.text, BORN, HOME, NOON)
    assert (entry.outcome, entry.code) == (Outcome.NOT_YET, letter.code)
    Study.objects.filter(pk=study.pk).update(arrived_at=NOON)
    assert enter(letter.text, BORN, HOME, NOON).outcome is Outcome.ENTERED


def test_a_code_for_the_report_alone_waits_for_the_report(anna: Request) -> None:
    only_report = issue(anna, SYSTEM, NOON, images=False)
    _without_reports()
    assert enter(only_report.text, BORN, HOME, NOON).outcome is Outcome.NOT_YET


def test_being_in_is_audited_with_what_was_passed_and_ends_the_code_that_was_replaced(
    anna: Request, letter: IssuedCode
) -> None:
    newer = replace(letter.code, Wishes(), SYSTEM, NOON).code
    assert AccessCode.objects.get(pk=letter.code.pk).revoked_at is None
    came = Actor(ActorKind.PATIENT, newer.uuid, uuid4(), HOME)
    for _ in range(2):
        complete(newer, PatientSecondFactor.SMS, came, NOON + MINUTE)
    assert AccessCode.objects.get(pk=letter.code.pk).revoked_at == NOON + MINUTE
    assert AccessCode.objects.get(pk=newer.pk).first_used_at == NOON + MINUTE
    first = AuditEvent.objects.filter(action=AuditAction.PATIENT_ENTERED)[0]
    assert (first.actor, first.session, first.details["second_factor"]) == (newer.uuid, came.session, "sms")


def test_an_institution_that_left_is_an_ordinary_refusal(letter: IssuedCode) -> None:
    Institution.objects.update(is_active=False)
    assert enter(letter.text, BORN, HOME, NOON).outcome is Outcome.REFUSED


def test_old_codes_open_after_a_rotation_of_keys_and_move_to_the_newest(anna: Request, settings: LazySettings) -> None:
    settings.CODE_KEYS = ["old"]
    old = issue(anna, SYSTEM, NOON)
    settings.CODE_KEYS = ["new", "old"]
    assert enter(old.text, BORN, HOME, NOON).outcome is Outcome.ENTERED
    settings.CODE_KEYS = ["new"]
    assert enter(old.text, BORN, HOME, NOON).outcome is Outcome.ENTERED
    settings.CODE_KEYS = ["newer"]
    assert enter(old.text, BORN, HOME, NOON).outcome is Outcome.REFUSED


def test_neither_codes_nor_dates_reach_the_audit_log(letter: IssuedCode) -> None:
    enter(letter.text, WRONG, HOME, NOON)
    enter(letter.text, BORN, HOME, NOON)
    written = " ".join(str(vars(row)) for row in AuditEvent.objects.all())
    assert letter.text not in written
    assert letter.text.replace("-", "") not in written
    assert "1951" not in written


def _work_of_an_unknown_code() -> tuple[int, int]:
    """Queries and keyed hashes of a wrong try, each time with a code and an address that nobody tried before."""
    with CaptureQueriesContext(connection) as queries, patch.object(keys, "_mac", wraps=keys._mac) as hashes:
        enter(shown(fresh()), WRONG, f"2001:db8:{uuid4().hex[:4]}::1", NOON)
    return len(queries), hashes.call_count


def _without_reports() -> None:
    for report in Report.objects.all():
        report.versions.all().delete()
        report.delete()
