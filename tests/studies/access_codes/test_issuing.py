"""Codes given out and taken back."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.audit.actor import Actor, ActorKind
from accounts.models import AuditAction, AuditEvent, Session, SessionKind
from studies.access_codes import CannotIssue, IssuedCode, Unissuable, issue, revoke
from studies.access_codes.codes import read
from studies.access_codes.services import forget_dead_codes
from studies.models import AccessCode, Patient, Request
from tests.factories.studies import NOON

pytestmark = pytest.mark.django_db
DESK = Actor(ActorKind.ACCOUNT, uuid4(), uuid4(), "192.0.2.9")


def test_a_code_works_for_as_long_as_the_institution_says(anna: Request) -> None:
    assert issue(anna, DESK, NOON).code.expires_at == NOON + timedelta(days=30)
    assert issue(anna, DESK, NOON, days=90).code.expires_at == NOON + timedelta(days=90)


@pytest.mark.parametrize("days", [0, -1, 91])
def test_not_for_longer_than_the_institution_allows(anna: Request, days: int) -> None:
    with pytest.raises(CannotIssue) as refused:
        issue(anna, DESK, NOON, days=days)
    assert refused.value.reason is Unissuable.WRONG_DAYS


def test_no_code_without_a_known_year_of_birth(anna: Request) -> None:
    anna.patient.birth_year = anna.patient.birth_month = anna.patient.birth_day = None
    with pytest.raises(CannotIssue, match="Complete it first"):
        issue(anna, DESK, NOON)
    anna.patient.birth_year = 1951
    assert issue(anna, DESK, NOON).code.request == anna


def test_a_code_opens_something(anna: Request) -> None:
    with pytest.raises(CannotIssue) as refused:
        issue(anna, DESK, NOON, images=False, report=False)
    assert refused.value.reason is Unissuable.NOTHING_OPENED


def test_the_code_itself_is_nowhere_in_the_database(letter: IssuedCode) -> None:
    plain = read(letter.text)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                assert not any(written in str(value) for value in row for written in (plain, letter.text))


def test_issuing_and_revoking_stand_in_the_audit_log(letter: IssuedCode) -> None:
    revoke(letter.code, DESK, NOON + timedelta(hours=1))
    issued, revoked = AuditEvent.objects.order_by("at")
    assert (issued.action, revoked.action) == (AuditAction.CODE_ISSUED, AuditAction.CODE_REVOKED)
    assert revoked.actor == DESK.uuid
    assert issued.request == revoked.request == letter.code.request.uuid
    assert issued.details["code"] == revoked.details["code"] == str(letter.code.uuid)


def test_revoking_ends_the_sessions_that_the_code_opened_and_no_others(letter: IssuedCode) -> None:
    now = timezone.now()
    for number, subject in enumerate((letter.code.uuid, letter.code.uuid, uuid4())):
        Session.objects.create(
            key_hash=str(number), kind=SessionKind.PATIENT, subject=subject, created_at=now, last_seen_at=now
        )
    assert revoke(letter.code, DESK, NOON)
    assert Session.objects.count() == 1
    assert not revoke(letter.code, DESK, NOON)


def test_a_dead_code_is_forgotten_after_ninety_days(anna: Request) -> None:
    lives, revoked, expired = (issue(anna, DESK, NOON, days=days).code for days in (90, 90, 1))
    revoke(revoked, DESK, NOON)
    almost = NOON + timedelta(days=90) - timedelta(seconds=1)
    assert forget_dead_codes(almost) == 0
    assert forget_dead_codes(NOON + timedelta(days=91)) == 2
    assert list(AccessCode.objects.all()) == [lives]
    assert expired.uuid not in AccessCode.objects.values_list("uuid", flat=True)


def test_the_command_prints_a_code_for_an_accession_number_or_a_uuid(
    anna: Request, capsys: pytest.CaptureFixture[str]
) -> None:
    for reference in (anna.accession_number, str(anna.uuid)):
        call_command("issue_code", reference, institution=anna.institution.slug, json=True)
        document = _json(capsys)
        assert document["request"] == str(anna.uuid)
        assert len(read(document["code"])) == 12
    assert AccessCode.objects.filter(request=anna).count() == 2


def test_the_command_says_what_stands_in_the_way(anna: Request) -> None:
    Patient.objects.update(birth_year=None)
    with pytest.raises(CommandError, match="date of birth is not known"):
        call_command("issue_code", anna.accession_number, institution=anna.institution.slug)
    with pytest.raises(CommandError, match="no request 'A-unknown'"):
        call_command("issue_code", "A-unknown", institution=anna.institution.slug)
    with pytest.raises(CommandError, match=f"There are: {anna.institution.slug}"):
        call_command("issue_code", anna.accession_number, institution="elsewhere")


def _json(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    document: dict[str, str] = json.loads(capsys.readouterr().out)
    return document
