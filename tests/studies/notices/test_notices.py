""" "Tell me when it is there": sent once, when more opens than before, and only while it can be opened."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core import mail

from accounts.audit.actor import SYSTEM
from accounts.due.services import run_due
from accounts.models import AuditAction, AuditEvent
from accounts.sms.interfaces import SmsNotSent
from studies.access_codes import IssuedCode, issue, revoke
from studies.institutions.services import found_institution
from studies.models import Contact, Notice, Patient, ReportStatus, Request
from studies.notices.services import ask, forget_notices, send_due
from studies.reports.services import receive
from tests.factories import PatientFactory, RequestFactory, StudyFactory
from tests.factories.studies import NOON

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def annas() -> Request:
    hospital = found_institution(slug="az", name="AZ Sint-Example", actor=SYSTEM, at=NOON - DAY)
    patient = PatientFactory(institution=hospital, mobile="+32470123447", mail="anna@example.org", language="nl")
    request = RequestFactory(patient=patient)
    StudyFactory(request=request, performed_at=NOON - DAY, arrived_at=None)
    return request


@pytest.fixture
def letter(annas: Request) -> IssuedCode:
    return issue(annas, SYSTEM, NOON - DAY)


def images_arrive(request: Request, at: object = NOON + HOUR) -> None:
    request.studies.update(arrived_at=at)


def report_comes(request: Request) -> None:
    receive(request, ReportStatus.FINAL, "Findings: normal.", "Dr E. Lambert", SYSTEM, NOON)


def test_of_what_comes_one_thing_after_the_other_the_first_is_told(annas: Request, letter: IssuedCode) -> None:
    assert ask(letter.code, Contact.MAIL, "en", SYSTEM, NOON)
    report_comes(annas)
    assert send_due(NOON + HOUR) == 0
    images_arrive(annas)
    assert {done.name: done.count for done in run_due(NOON + HOUR)}["notices sent"] == 1
    assert send_due(NOON + 30 * DAY) == 0
    assert AuditEvent.objects.filter(action=AuditAction.NOTICE_SENT, request=annas.uuid).count() == 1
    assert len(mail.outbox) == 1


def test_what_was_open_before_is_no_news(annas: Request, letter: IssuedCode) -> None:
    images_arrive(annas, NOON - HOUR)
    assert ask(letter.code, Contact.MAIL, "en", SYSTEM, NOON)
    assert send_due(NOON + HOUR) == 0
    report_comes(annas)
    assert (send_due(NOON + 7 * DAY - HOUR), send_due(NOON + 7 * DAY)) == (0, 1)


def test_where_nothing_is_awaited_nobody_can_ask(annas: Request, letter: IssuedCode) -> None:
    images_arrive(annas, NOON - HOUR)
    receive(annas, ReportStatus.FINAL, "Findings: normal.", "", SYSTEM, NOON - 8 * DAY)
    assert not ask(letter.code, Contact.MAIL, "en", SYSTEM, NOON)


def test_a_channel_that_the_hospital_does_not_hold_cannot_be_asked_for(annas: Request, letter: IssuedCode) -> None:
    Patient.objects.update(mobile="")
    letter.code.request.patient.refresh_from_db()
    assert not ask(letter.code, Contact.SMS, "en", SYSTEM, NOON)


def test_without_a_code_that_works_nobody_is_called_to_a_closed_door(annas: Request, letter: IssuedCode) -> None:
    ask(letter.code, Contact.MAIL, "en", SYSTEM, NOON)
    revoke(letter.code, SYSTEM, NOON)
    images_arrive(annas)
    assert send_due(NOON + HOUR) == 0
    issue(annas, SYSTEM, NOON + HOUR)
    assert send_due(NOON + HOUR) == 1


def test_a_carrier_that_is_down_is_tried_again_until_tomorrow(annas: Request, letter: IssuedCode) -> None:
    ask(letter.code, Contact.SMS, "en", SYSTEM, NOON)
    images_arrive(annas)
    with patch("accounts.sms.console.ConsoleSms.send", side_effect=SmsNotSent("no")):
        assert send_due(NOON + HOUR) == 0
    assert send_due(NOON + 2 * HOUR) == 1
    ask(letter.code, Contact.SMS, "en", SYSTEM, NOON + 3 * HOUR)
    report_comes(annas)
    with patch("accounts.sms.console.ConsoleSms.send", side_effect=SmsNotSent("no")):
        assert send_due(NOON + 8 * DAY + HOUR) == 0
    assert send_due(NOON + 8 * DAY + 2 * HOUR) == 0


def test_what_was_sent_is_forgotten_after_ninety_days(annas: Request, letter: IssuedCode) -> None:
    ask(letter.code, Contact.MAIL, "en", SYSTEM, NOON)
    images_arrive(annas)
    send_due(NOON + HOUR)
    assert forget_notices(NOON + 90 * DAY) == 0
    assert forget_notices(NOON + 90 * DAY + HOUR) == 1
    assert not Notice.objects.exists()
