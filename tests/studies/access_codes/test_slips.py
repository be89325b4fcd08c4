"""Slips of one-time passwords: on paper in clear, here as keyed hashes."""

from datetime import timedelta

import pytest

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent
from studies.access_codes import IssuedCode, issue
from studies.access_codes.slips import has_slip, issue_slip, use_slip_password
from studies.models import Request, SlipPassword
from tests.factories.studies import NOON

pytestmark = pytest.mark.django_db


def test_five_different_passwords_of_eight_digits(letter: IssuedCode) -> None:
    drawn = iter([7, 7, 1, 2, 3, 99_999_999])
    passwords = issue_slip(letter.code, SYSTEM, NOON, below=lambda _: next(drawn))
    assert passwords == ["00000007", "00000001", "00000002", "00000003", "99999999"]
    assert AuditEvent.objects.filter(action=AuditAction.SLIP_ISSUED, request=letter.code.request.uuid).count() == 1


def test_each_works_once_in_any_order(letter: IssuedCode) -> None:
    passwords = issue_slip(letter.code, SYSTEM, NOON)
    for password in reversed(passwords):
        assert has_slip(letter.code)
        assert use_slip_password(letter.code, password, NOON)
        assert not use_slip_password(letter.code, password, NOON)
    assert not has_slip(letter.code)


def test_a_new_slip_replaces_the_old_one(letter: IssuedCode) -> None:
    old = issue_slip(letter.code, SYSTEM, NOON)
    new = issue_slip(letter.code, SYSTEM, NOON + timedelta(hours=1))
    assert not any(use_slip_password(letter.code, password, NOON) for password in set(old) - set(new))
    assert use_slip_password(letter.code, new[4], NOON)


def test_it_works_for_its_own_code_alone(anna: Request, letter: IssuedCode) -> None:
    other = issue(anna, SYSTEM, NOON)
    [password, *_] = issue_slip(letter.code, SYSTEM, NOON)
    assert not use_slip_password(other.code, password, NOON)


def test_no_password_is_kept_in_clear(letter: IssuedCode) -> None:
    passwords = issue_slip(letter.code, SYSTEM, NOON)
    kept = str([*SlipPassword.objects.values(), *AuditEvent.objects.values()])
    assert not any(password in kept for password in passwords)
