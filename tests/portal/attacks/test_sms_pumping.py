"""Nobody makes the portal send messages without end: for money, or to wear somebody out."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.throttling.limits import CHALLENGE_DAY, RESCUE_PATIENT
from studies.models import AccessCode, Institution, Patient
from studies.rescue.handling import handle_due
from tests.factories import PatientFactory, RequestFactory, StudyFactory
from tests.portal.second_factor.house import ADDRESS, BORN, NUMBER, OTP, SMS, House, come_in


def test_a_day_of_logins_from_everywhere_sends_ten(house: House) -> None:
    house.asks(SMS)
    code = house.code()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(40):
            browser = Client(REMOTE_ADDR=f"2001:db8:{number}::1")
            come_in(browser, code)
            for way in ("sms", "mail", ""):
                clock.shift(timedelta(seconds=31))
                browser.post("/patient/token/send/", {"way": way})
            clock.shift(timedelta(minutes=30))
    assert len(house.texts()) == CHALLENGE_DAY.failures == 10


def test_where_a_mail_goes_instead_there_are_ten_of_each_and_no_more(house: House) -> None:
    house.asks(SMS, mail_when_sms_fails=True)
    code = house.code()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(60):
            come_in(Client(), code)
            clock.shift(timedelta(minutes=20))
    assert (len(house.texts()), len(mail.outbox)) == (10, 10)


@pytest.mark.parametrize("factor", [SMS, OTP])
def test_nothing_is_sent_where_no_token_may_be_tried_any_more(house: House, factor: object) -> None:
    house.asks(factor)  # type: ignore[arg-type]
    code, browser = house.code(), Client()
    come_in(browser, code)
    AccessCode.objects.update(token_failures=50)
    before = (len(house.texts()), len(mail.outbox))
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        browser.post("/patient/token/send/", {"way": "sms"})
        another = Client()
        come_in(another, code)
        assert "Only the desk of your hospital can help now" in another.get("/patient/token/").content.decode()
    assert (len(house.texts()), len(mail.outbox)) == before


def test_asking_for_lost_codes_from_everywhere_sends_three_a_day(house: House) -> None:
    house.code()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(20):
            contact = (NUMBER, ADDRESS)[number % 2]
            Client(REMOTE_ADDR=f"2001:db8:{number}::1").post("/patient/lost/", {"contact": contact, **BORN})
            handle_due(timezone.now())
            clock.shift(timedelta(minutes=30))
    assert len(house.texts()) + len(mail.outbox) == RESCUE_PATIENT.failures == 3


def test_tokens_and_lost_codes_share_what_the_hospital_sends_in_a_day(house: House) -> None:
    """Many patients' codes in one hand do not empty the hospital's purse either."""
    house.asks(SMS, sms_per_day=4)
    for number in range(6):
        patient = PatientFactory(institution=house.hospital, mobile=f"+3247055500{number}")
        StudyFactory(request=RequestFactory(patient=patient))
    for request in [patient.requests.get() for patient in Patient.objects.all()]:
        house = House(house.hospital, request, house.folder)
        house.anna.institution = Institution.objects.get()
        code = house.code()
        come_in(Client(), code)
    Client().post("/patient/lost/", {"contact": NUMBER, **BORN})
    handle_due(timezone.now())
    assert len(house.texts()) == 4


def test_an_address_that_asks_for_others_runs_into_its_limit(house: House) -> None:
    for number in range(8):
        patient = PatientFactory(institution=house.hospital, mobile=f"+3247055500{number}")
        House(house.hospital, StudyFactory(request=RequestFactory(patient=patient)).request, house.folder).code()
    for number in range(8):
        Client().post("/patient/lost/", {"contact": f"+3247055500{number}", **BORN})
    handle_due(timezone.now())
    assert len(house.texts()) == 5
