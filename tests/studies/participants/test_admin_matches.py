"""Who undoes a match in the admin, and what they see of it."""

import pytest
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent, Physician
from accounts.service_desk import services
from studies.models import AppointmentRole, MatchedNumber, Participant, Study
from studies.participants.unmatching import unmatch
from tests.factories import PatientFactory, PhysicianFactory, RequestFactory, StudyFactory
from tests.studies.institutions.staff import address, as_, service_desk, staff

from .numbered import RIZIV, lists, named

pytestmark = pytest.mark.django_db
KEY = "riziv 10012345"


@pytest.fixture
def study() -> Study:
    request = RequestFactory(patient=PatientFactory(name_alphabetic="Peeters^Anna"), description="MR knee")
    return named("1-00123-45-004", study=StudyFactory(request=request), name="Dubois^Luc^^Dr")


@pytest.fixture
def dubois(study: Study) -> Physician:
    physician: Physician = PhysicianFactory(user__first_name="Lena", user__last_name="Dubois")
    services.add_identifier(physician, "BE", RIZIV, "10012345", SYSTEM, timezone.now())
    return physician


def test_an_administrator_sees_who_is_matched_and_undoes_it(dubois: Physician, study: Study) -> None:
    browser = as_(staff(AppointmentRole.ADMINISTRATOR, study.institution))
    page = browser.get(address(study.request)).content.decode()
    assert "Dr Luc Dubois" in page
    assert "Dr Lena Dubois, named as Dr Luc Dubois, 1-00123-45-004" in page

    sent = {"unmatch-number": KEY, "unmatch-reason": "Luc, not Lena"}
    page = browser.post(address(study.request, "do/unmatch"), sent, follow=True).content.decode()
    assert "The match is undone." in page
    assert "no, the match was undone" in page
    assert "Let the number count again" in page
    assert not lists(dubois)
    assert AuditEvent.objects.get(action=AuditAction.MATCH_UNDONE).details["reason"] == "Luc, not Lena"

    sent = {"take-back-number": KEY, "take-back-reason": "Lena after all"}
    browser.post(address(study.request, "do/take-back"), sent)
    assert list(lists(dubois)) == [study.pk]


def test_without_a_reason_or_for_a_number_that_is_not_there_nothing_happens(dubois: Physician, study: Study) -> None:
    browser = as_(staff(AppointmentRole.ADMINISTRATOR, study.institution))
    for number, reason in ((KEY, ""), ("riziv 99999999", "Not her")):
        browser.post(address(study.request, "do/unmatch"), {"unmatch-number": number, "unmatch-reason": reason})
    assert list(lists(dubois)) == [study.pk]


@pytest.mark.parametrize("role", [AppointmentRole.DESK, AppointmentRole.AUDITOR])
def test_nobody_else_of_the_institution_does(dubois: Physician, study: Study, role: AppointmentRole) -> None:
    browser = as_(staff(role, study.institution))
    answer = browser.post(address(study.request, "do/unmatch"), {"unmatch-number": KEY, "unmatch-reason": "Mine"})
    assert answer.status_code in (403, 404)
    assert list(lists(dubois)) == [study.pk]


def test_no_administrator_of_another_institution_does(dubois: Physician, study: Study) -> None:
    browser = as_(staff(AppointmentRole.ADMINISTRATOR, StudyFactory().institution))
    answer = browser.post(address(study.request, "do/unmatch"), {"unmatch-number": KEY, "unmatch-reason": "Mine"})
    assert answer.status_code == 404
    assert list(lists(dubois)) == [study.pk]


def test_the_service_desk_sees_counts_and_no_patient(dubois: Physician, study: Study) -> None:
    browser, number = as_(service_desk()), MatchedNumber.objects.get()
    for page in (address(MatchedNumber), address(number)):
        answer = browser.get(page)
        assert answer.status_code == 200
        assert not any(secret in answer.content.decode() for secret in ("Peeters", "Anna", "MR knee"))
    assert f"{study.institution.name}: 1 request" in browser.get(address(number)).content.decode()
    assert browser.get(address(study.request)).status_code in (403, 404)


def test_the_service_desk_undoes_the_matches_of_one_institution(dubois: Physician, study: Study) -> None:
    browser, number, elsewhere = as_(service_desk()), MatchedNumber.objects.get(), named("10012345004")
    sent = {"unmatch-institution": str(study.institution.uuid), "unmatch-reason": "They use it for another"}
    page = browser.post(address(number, "do/unmatch"), sent, follow=True).content.decode()
    assert "1 undone" in page
    assert list(lists(dubois)) == [elsewhere.pk]

    sent = {"take-back-institution": str(study.institution.uuid), "take-back-reason": "They do not"}
    browser.post(address(number, "do/take-back"), sent)
    assert set(lists(dubois)) == {study.pk, elsewhere.pk}


def test_the_service_desk_undoes_nothing_where_nothing_is_matched(dubois: Physician, study: Study) -> None:
    unmatch(Participant.objects.get(), "Not her", SYSTEM, timezone.now())
    browser, number = as_(service_desk()), MatchedNumber.objects.get()
    sent = {"unmatch-institution": str(study.institution.uuid), "unmatch-reason": "Again"}
    page = browser.post(address(number, "do/unmatch"), sent, follow=True).content.decode()
    assert "This was already done, or is no longer possible." in page
    assert AuditEvent.objects.filter(action=AuditAction.MATCH_UNDONE).count() == 1


def test_an_institution_does_not_see_the_service_desks_page(dubois: Physician, study: Study) -> None:
    browser, number = as_(staff(AppointmentRole.ADMINISTRATOR, study.institution)), MatchedNumber.objects.get()
    assert browser.get(address(MatchedNumber)).status_code == 403
    assert browser.get(address(number)).status_code in (403, 404)
