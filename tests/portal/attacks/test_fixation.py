"""What a thief puts into a patient's browser beforehand opens nothing to the thief afterwards."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import Session, SessionKind
from studies.access_codes import issue
from studies.models import AccessCode
from tests.factories import PatientFactory, PhysicianFactory, RequestFactory, StudyFactory
from tests.factories.accounts import log_in
from tests.portal.second_factor.house import BORN, SMS, House, come_in, is_in, type_token


@pytest.fixture
def thief(house: House) -> Client:
    """Somebody with a code of their own, half-way in: the token is due."""
    house.asks(SMS)
    marc = PatientFactory(institution=house.hospital, name_alphabetic="Lefevre^Marc", mobile="+32470555555")
    request = StudyFactory(request=RequestFactory(patient=marc)).request
    browser = Client()
    come_in(browser, issue(request, SYSTEM, timezone.now()).text)
    return browser


def test_a_half_finished_login_planted_in_a_browser_ends_with_the_next_one(house: House, thief: Client) -> None:
    victim = Client()
    planted = victim.cookies["session"] = thief.cookies["session"].value
    come_in(victim, house.code())
    assert victim.cookies["session"].value != planted
    type_token(victim, house.token())
    assert is_in(victim)
    assert not is_in(thief)
    assert type_token(thief, house.token()).headers["Location"] == "/patient/"
    assert Session.objects.filter(kind=SessionKind.PATIENT).count() == 1


def test_a_finished_one_planted_there_is_not_what_the_patient_sees(house: House, thief: Client) -> None:
    type_token(thief, house.token())
    victim = Client()
    victim.cookies["session"] = thief.cookies["session"].value
    come_in(victim, house.code())
    type_token(victim, house.token())
    assert "Anna Peeters" in victim.get("/patient/request/").content.decode()
    assert not is_in(thief), "the planted session is over"


def test_a_session_keeps_nothing_of_the_login_before_it(house: House) -> None:
    """Nor does an account's session live on under a patient's."""
    user = PhysicianFactory().user
    browser = Client()
    log_in(browser, user)
    account = browser.cookies["session"].value
    come_in(browser, house.code())
    assert is_in(browser)
    assert browser.get("/studies/").status_code == 302
    stranger = Client()
    stranger.cookies["session"] = account
    assert stranger.get("/studies/").headers["Location"].startswith("/login/")


def test_a_link_of_the_thiefs_planted_there_opens_nothing_with_the_patients_date(house: House, thief: Client) -> None:
    AccessCode.objects.update(revoked_at=timezone.now())
    thief.get(f"/p/{house.code()}")
    victim = Client()
    victim.cookies[settings.LINK_COOKIE_NAME] = thief.cookies[settings.LINK_COOKIE_NAME].value
    answer = victim.post("/patient/", BORN | {"day": "3"})
    assert answer.status_code == 403
    assert not is_in(victim)


@pytest.mark.parametrize("path", ["/patient/", "/patient/token/", "/patient/token/send/", "/patient/token/way/"])
def test_a_form_of_another_site_is_not_taken(house: House, path: str) -> None:
    house.asks(SMS)
    code, browser = house.code(), Client(enforce_csrf_checks=True)
    opened = Client()
    come_in(opened, code)
    browser.cookies["session"] = opened.cookies["session"].value
    sent = len(house.texts())
    answer = browser.post(path, {"code": code, **BORN, "token": house.token(), "way": "sms"})
    assert answer.status_code == 403
    assert not is_in(browser)
    assert len(house.texts()) == sent
