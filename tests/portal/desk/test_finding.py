"""The desk finds a request by what somebody at the counter says, and never another institution's."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent, Session
from studies.access_codes import Birth, IssuedCode, codes, enter, issue
from studies.models import AppointmentRole, Institution, Request
from tests.factories import InstitutionFactory, PatientFactory, PhysicianFactory, RequestFactory, StudyFactory
from tests.factories.accounts import enter_as_patient, log_in

from .conftest import Counter, working_at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    [
        "A-2026-77",
        "a-2026-77",
        "peeters",
        "Peeters, Anna",
        "anna peeters",
        "14.9.1951",
        "14/09/1951",
        "14 9 1951",
        "1951-09-14",
        "peeters 14/9/1951",
        "14-09-1951 anna",
    ],
)
def test_one_hit_opens_the_request_at_once(counter: Counter, annas: Request, text: str) -> None:
    other = PatientFactory(institution=annas.institution, name_alphabetic="Janssens^Piet", birth_year=1950)
    RequestFactory(patient=other)
    assert counter.find(text).redirect_chain == [(counter.at(annas), 302)]


@pytest.mark.parametrize("text", ["janssens", "15.9.1951", "peeters 15.9.1951", "A-2026", "%", "^", ",", "   "])
def test_what_fits_nobody_finds_nobody(counter: Counter, annas: Request, text: str) -> None:
    page = counter.find(text)
    assert page.redirect_chain[-1][0].startswith("/desk/")
    assert str(annas.uuid) not in page.redirect_chain[-1][0]
    assert "Peeters" not in page.content.decode()


def test_a_date_known_in_part_is_found_by_what_is_known(counter: Counter, annas: Request) -> None:
    annas.patient.birth_month = annas.patient.birth_day = None
    annas.patient.save()
    assert counter.find("3.3.1951").redirect_chain == [(counter.at(annas), 302)]


def test_several_hits_are_a_list_of_which_enter_opens_the_first(counter: Counter, annas: Request) -> None:
    newer = RequestFactory(patient=annas.patient, requested_at=timezone.now())
    page = counter.find("peeters").content.decode()
    assert page.index(str(newer.uuid)) < page.index(str(annas.uuid))
    assert page.split(str(newer.uuid))[1].startswith('/" autofocus')
    assert page.count(" autofocus") == 1
    assert str(newer.uuid) not in counter.page()  # the next patient's search begins with an empty page


def test_by_the_reference_that_a_refused_patient_reads_out(counter: Counter, annas: Request, code: IssuedCode) -> None:
    entry = enter(code.text, Birth(15, 9, 1951), "192.0.2.1", timezone.now())
    page = counter.find(entry.reference.lower().replace("-", " "))
    assert page.redirect_chain == [(counter.at(annas), 302)]
    assert "the date of birth is not the one noted here" in page.content.decode()


def test_a_reference_of_a_code_that_nobody_has_says_so(counter: Counter) -> None:
    entry = enter(codes.shown(codes.fresh()), Birth(15, 9, 1951), "192.0.2.1", timezone.now())
    assert "There is no such code." in counter.find(entry.reference).content.decode()


def test_nothing_of_another_institution_is_found_or_opened(counter: Counter) -> None:
    elsewhere = RequestFactory(patient__institution=InstitutionFactory(), accession_number="B-1")
    StudyFactory(request=elsewhere)
    code = issue(elsewhere, SYSTEM, timezone.now())
    refused = enter(code.text, Birth(1, 1, 1990), "192.0.2.1", timezone.now())
    for text in ("B-1", "peeters", "14.9.1951", refused.reference):
        assert counter.find(text).redirect_chain == [("/desk/?found", 302)], text
    at = counter.at(elsewhere)
    assert counter.browser.get(at).status_code == 404
    for deed in ("letter/", "send/", "patient/", "release/"):
        assert counter.browser.post(at + deed).status_code == 404
    for deed in ("revoke", "renew", "slip", "paid"):
        assert counter.browser.post(f"/desk/codes/{code.code.uuid}/{deed}/").status_code == 404


def test_a_search_is_audited_without_what_was_looked_for_and_kept_encrypted(counter: Counter, annas: Request) -> None:
    counter.find("peeters 15.9.1951")
    row = AuditEvent.objects.get(action=AuditAction.SEARCHED)
    assert row.institution == annas.institution.uuid
    assert "peeters" not in str(row.details).lower()
    kept = Session.objects.get(kind="account").content
    assert "peeters" not in kept
    assert "1951" not in kept
    assert "1951" not in counter.browser.get("/desk/").wsgi_request.get_full_path()


def test_who_works_for_two_institutions_chooses_one(hospital: Institution, annas: Request) -> None:
    other = InstitutionFactory(name="Clinique Exemple")
    counter = working_at(hospital, other)
    assert counter.browser.get("/desk/").headers["Location"] == "/desk/institution/"
    counter.browser.post("/desk/institution/", {"institution": str(other.uuid)})
    assert "Clinique Exemple" in counter.page()
    assert counter.browser.get(counter.at(annas)).status_code == 404
    counter.browser.post("/desk/institution/", {"institution": str(hospital.uuid)})
    assert counter.browser.get(counter.at(annas)).status_code == 200
    stranger = InstitutionFactory()
    counter.browser.post("/desk/institution/", {"institution": str(stranger.uuid)})
    assert "AZ Sint-Example" in counter.page()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (AppointmentRole.DESK, 200),
        (AppointmentRole.ADMINISTRATOR, 200),
        (AppointmentRole.PHYSICIAN, 403),
        (AppointmentRole.AUDITOR, 403),
    ],
)
def test_desks_and_administrators_get_in(
    hospital: Institution, annas: Request, role: AppointmentRole, status: int
) -> None:
    counter = working_at(hospital, role=role)
    for address in ("/desk/", counter.at(annas), "/desk/letters/"):
        assert counter.browser.get(address).status_code == status


def test_visitors_patients_and_physicians_do_not_get_in(annas: Request, code: IssuedCode) -> None:
    visitor, patient, physician = Client(), Client(), Client()
    enter_as_patient(patient, code.code.uuid)
    log_in(physician, PhysicianFactory().user)
    for address in ("/desk/", "/desk/institution/", f"/desk/requests/{annas.uuid}/", "/desk/letters/"):
        assert visitor.get(address).status_code == patient.get(address).status_code == 302
        assert physician.get(address).status_code == 403


def test_one_request_costs_as_many_queries_as_twenty(counter: Counter, annas: Request) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            counter.page("/desk/?found")
        return len(asked)

    RequestFactory(patient=annas.patient)
    counter.find("peeters")
    few = queries()
    for _ in range(18):
        issue(RequestFactory(patient=annas.patient), SYSTEM, timezone.now())
    assert queries() == few <= 12
