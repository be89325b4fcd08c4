"""What a desk asks of a new code: what it costs, what else it asks for, whose place it takes, how long it works."""

from collections.abc import Callable
from dataclasses import replace as changed
from datetime import date, timedelta
from functools import partial
from uuid import uuid4

import pytest

from accounts.audit.actor import Actor, ActorKind
from accounts.models import AuditAction, AuditEvent
from studies.access_codes import CannotIssue, IssuedCode, Unissuable
from studies.access_codes.in_person import InPerson, why_in_person
from studies.access_codes.services import Wishes, issue, issue_as_wished, renew, renewable_until, replace, revoke
from studies.models import AccessCode, CodeChannel, Institution, Patient, PatientSecondFactor, Request
from tests.factories.studies import NOON

pytestmark = pytest.mark.django_db
DESK = Actor(ActorKind.ACCOUNT, uuid4(), uuid4(), "192.0.2.9")
DAY = timedelta(days=1)
USUAL = Wishes()


def refused(what: Callable[[], object]) -> Unissuable:
    with pytest.raises(CannotIssue) as refusal:
        what()
    return refusal.value.reason


def test_a_code_costs_what_the_institution_asked_when_it_was_issued(anna: Request) -> None:
    house = anna.institution
    house.price_minor, house.free_copy_text = 500, "Ask the desk for a free copy."
    code = issue(anna, DESK, NOON).code
    Institution.objects.update(price_minor=900)
    code.refresh_from_db()
    assert (code.price_minor, code.price_currency, code.settled_at) == (500, "EUR", None)
    assert issue_as_wished(anna, changed(USUAL, price_minor=0), DESK, NOON).code.price_minor == 0


def test_nothing_is_asked_for_where_no_free_copy_is_offered(anna: Request) -> None:
    assert refused(lambda: issue_as_wished(anna, Wishes(price_minor=500), DESK, NOON)) is Unissuable.NO_FREE_COPY


def test_a_code_asks_for_more_only_where_the_institution_allows_it(anna: Request) -> None:
    sms = Wishes(second_factor=PatientSecondFactor.SMS)
    assert refused(lambda: issue_as_wished(anna, sms, DESK, NOON)) is Unissuable.FACTOR
    anna.institution.second_factor_per_code = True
    assert issue_as_wished(anna, sms, DESK, NOON).code.second_factor == PatientSecondFactor.SMS


@pytest.mark.parametrize(
    ("born", "why"),
    [
        ((2008, 11, 18), None),  # eighteen today
        ((2008, 11, 19), InPerson.AGE),
        ((2012, 11, 18), InPerson.AGE),  # fourteen today
        ((2012, 11, 19), None),
        ((2012, None, None), InPerson.AGE),  # thirteen or fourteen
        ((2013, None, None), None),
        ((2008, 12, None), InPerson.AGE),
        ((2008, 11, None), InPerson.AGE),  # seventeen or eighteen
        ((2008, 10, None), None),
        ((None, None, None), None),
    ],
)
def test_from_fourteen_to_seventeen_a_code_is_handed_over_in_person(
    anna: Request, born: tuple[int | None, int | None, int | None], why: InPerson | None
) -> None:
    anna.patient.birth_year, anna.patient.birth_month, anna.patient.birth_day = born
    assert why_in_person(anna.patient, anna.institution, date(2026, 11, 18)) is why


@pytest.mark.parametrize("state", ["is_represented", "died"])
def test_who_is_represented_or_has_died_gets_a_code_in_person_only_with_a_reason(anna: Request, state: str) -> None:
    setattr(anna.patient, state, True)
    for wishes in (USUAL, Wishes(in_person="  "), Wishes(in_person="Passport seen", sent_by=CodeChannel.SMS)):
        assert refused(partial(issue_as_wished, anna, wishes, DESK, NOON)) is Unissuable.IN_PERSON
    assert issue_as_wished(anna, Wishes(in_person="Deed of guardianship seen"), DESK, NOON)
    details = AuditEvent.objects.get(action=AuditAction.CODE_ISSUED).details
    assert details["reason"] == "Deed of guardianship seen"


def test_a_replaced_code_lives_until_the_desk_takes_it_back(letter: IssuedCode) -> None:
    second = replace(letter.code, USUAL, DESK, NOON + DAY)
    assert AccessCode.objects.get(pk=letter.code.pk).revoked_at is None
    assert second.code.replaces == letter.code
    replace(second.code, USUAL, DESK, NOON + 2 * DAY, take_back=True)
    assert AccessCode.objects.get(pk=second.code.pk).revoked_at == NOON + 2 * DAY


def test_who_paid_does_not_pay_again_for_a_lost_letter(anna: Request) -> None:
    anna.institution.price_minor, anna.institution.free_copy_text = 500, "Ask the desk."
    first = issue(anna, DESK, NOON).code
    anna.institution.price_minor = 900
    assert (replace(first, USUAL, DESK, NOON).code.price_minor, first.settled_at) == (500, None)
    AccessCode.objects.filter(pk=first.pk).update(settled_at=NOON)
    second = replace(first, USUAL, DESK, NOON + DAY).code
    assert (second.price_minor, second.settled_at) == (500, NOON)


def test_a_replacement_that_cannot_be_takes_nothing_back(letter: IssuedCode) -> None:
    nothing = Wishes(images=False, report=False)
    assert refused(lambda: replace(letter.code, nothing, DESK, NOON, take_back=True)) is Unissuable.NOTHING_OPENED
    assert AccessCode.objects.get().revoked_at is None


def test_a_code_is_kept_open_longer_up_to_what_the_institution_allows(letter: IssuedCode) -> None:
    code = letter.code
    patient = Actor(ActorKind.PATIENT, code.uuid)
    assert not renew(code, patient, NOON)  # it works for 30 days already
    for day, until in ((20, 50), (49, 79), (78, 90)):
        assert renew(code, patient, NOON + day * DAY)
        assert AccessCode.objects.get().expires_at == code.expires_at == NOON + until * DAY
    assert renewable_until(code, NOON + 80 * DAY) is None
    assert not renew(code, patient, NOON + 80 * DAY)
    assert AuditEvent.objects.filter(action=AuditAction.CODE_RENEWED, actor=code.uuid).count() == 3


def test_a_code_that_is_over_or_taken_back_is_not_kept_open(letter: IssuedCode) -> None:
    assert not renew(letter.code, DESK, letter.code.expires_at)
    revoke(letter.code, DESK, NOON)
    assert not renew(letter.code, DESK, NOON + 20 * DAY)


def test_who_is_met_in_person_has_the_code_kept_open_by_the_desk_alone(letter: IssuedCode) -> None:
    Patient.objects.update(is_represented=True)
    assert not renew(letter.code, Actor(ActorKind.PATIENT, letter.code.uuid), NOON + 20 * DAY)
    assert renew(letter.code, DESK, NOON + 20 * DAY)
