"""Another code for whoever lost theirs: to what the hospital holds, and nowhere else."""

import re
from pathlib import Path

import pytest
from django.core import mail

from accounts.audit.actor import SYSTEM
from studies.access_codes import Birth, IssuedCode, Outcome, enter, issue, revoke
from studies.models import (
    AccessCode,
    Institution,
    Patient,
    Request,
    Rescue,
    RescueOutcome,
)
from studies.rescue.queries import rescues_seen_by
from tests.factories import InstitutionFactory, PatientFactory, RequestFactory, StudyFactory
from tests.factories.studies import NOON

from .story import BORN, HOME, MAIL, NUMBER, WRONG, code_in, rescued, sms

pytestmark = pytest.mark.django_db


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
