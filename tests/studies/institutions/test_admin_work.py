"""What staff do in the admin: each deed goes through its service and stands in the audit log."""

from html import unescape
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext, override

from accounts.audit.actor import ActorKind
from accounts.models import AuditAction, AuditEvent, Session
from studies.ingest.patients import OTHER_BIRTH_DATE
from studies.ingest.requests import ACCESSION_OF_ANOTHER
from studies.models import Appointment, AppointmentRole, PolicyRule
from tests.factories import AppointmentFactory
from tests.factories.accounts import enter_as_patient

from .staff import House, address, as_, house, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours() -> House:
    return house("AZ Sint-Example", "Peeters^Anna")


@pytest.fixture
def administrator(ours: House) -> Client:
    return as_(staff(AppointmentRole.ADMINISTRATOR, ours.institution))


@pytest.fixture
def desk(ours: House) -> Client:
    return as_(staff(AppointmentRole.DESK, ours.institution))


def last(action: AuditAction) -> AuditEvent:
    return AuditEvent.objects.filter(action=action).latest("pk")


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_the_desk_completes_a_date_of_birth(desk: Client, ours: House) -> None:
    anna = ours.records["patient"]
    answer = desk.post(
        address(anna), {"birth_day": 14, "birth_month": 9, "birth_year": 1951, "patient_id": "P9"}, follow=True
    )
    assert said(answer) == ["Saved."]
    anna.refresh_from_db()
    assert (anna.birth_day, anna.birth_month, anna.birth_year, anna.birth_completed_by_desk) == (14, 9, 1951, True)
    assert anna.patient_id != "P9"
    row = last(AuditAction.PATIENT_CHANGED)
    assert (row.actor_kind, row.patient, row.institution) == (ActorKind.ACCOUNT, anna.uuid, ours.institution.uuid)


@pytest.mark.parametrize("birth", [(31, 2, 1951), (None, None, None), (1, 1, 2999), (14, None, 1951)])
def test_an_impossible_date_of_birth_comes_back(desk: Client, ours: House, birth: tuple[int | None, ...]) -> None:
    day, month, year = ("" if part is None else part for part in birth)
    answer = desk.post(address(ours.records["patient"]), {"birth_day": day, "birth_month": month, "birth_year": year})
    assert "There is no such date of birth." in answer.content.decode()


def test_a_date_of_birth_that_a_delivery_brought_stays(desk: Client, ours: House) -> None:
    anna = ours.records["patient"]
    anna.birth_month, anna.birth_day = 9, 14
    anna.save()
    assert desk.post(address(anna), {"birth_day": 1, "birth_month": 1, "birth_year": 1950}).status_code == 403


def test_a_code_taken_back_puts_the_patient_out(desk: Client, ours: House) -> None:
    code = ours.records["accesscode"]
    enter_as_patient(Client(), code.uuid)
    answer = desk.post(address(code, "do/revoke"), follow=True)
    assert said(answer) == ["The code was taken back."]
    code.refresh_from_db()
    assert code.revoked_at is not None
    assert not Session.objects.filter(subject=code.uuid).exists()
    assert last(AuditAction.CODE_REVOKED).details == {"code": str(code.uuid)}
    again = desk.post(address(code, "do/revoke"), follow=True)
    assert said(again) == ["This was already done, or is no longer possible."]


def test_coming_by_a_link_does_nothing(desk: Client, ours: House) -> None:
    code = ours.records["accesscode"]
    assert desk.get(address(code, "do/revoke"))["Location"] == address(code)
    code.refresh_from_db()
    assert code.revoked_at is None


def test_a_second_rule_for_the_same_is_refused(administrator: Client, ours: House) -> None:
    form = {"institution": ours.institution.pk, "audience": "requester", "modality": "", "images_hours": 0}
    answer = administrator.post("/admin/studies/policyrule/add/", form | {"report_days": 0})
    assert answer.status_code == 200
    assert answer.context["errors"]


def test_the_last_administrator_stays(administrator: Client, ours: House) -> None:
    first, second = Appointment.objects.filter(role=AppointmentRole.ADMINISTRATOR)
    assert said(administrator.post(address(first, "do/end"), follow=True)) == ["The appointment has ended."]
    answer = administrator.post(address(second, "do/end"), follow=True)
    assert said(answer) == ["This is the last administrator of the institution. Appoint another one first."]
    second.refresh_from_db()
    assert second.ends_at is None


def test_who_ends_the_own_appointment_is_out(administrator: Client, ours: House) -> None:
    own = Appointment.objects.filter(role=AppointmentRole.ADMINISTRATOR).latest("pk")
    assert administrator.post(address(own, "do/end")).status_code == 302
    assert own.ends_at is None
    assert administrator.get("/admin/").status_code == 403


def test_the_admin_s_own_log_names_no_patient(desk: Client, ours: House) -> None:
    anna = ours.records["patient"]
    desk.post(address(anna), {"birth_day": 14, "birth_month": 9, "birth_year": 1951})
    entry = LogEntry.objects.get()
    assert entry.object_repr == entry.object_id == str(anna.uuid)
    assert "Peeters" not in entry.change_message
    assert "1951" not in entry.change_message
    assert entry.get_admin_url() == address(anna)
    assert "Changed Day of birth and Month of birth." in desk.get(address(anna, "history")).content.decode()


def test_what_was_searched_for_is_in_no_address(desk: Client, ours: House) -> None:
    page = "/admin/studies/patient/"
    answer = desk.post(f"{page}?birth=part&p=2", {"search": "peeters"})
    assert answer["Location"] == f"{page}?birth=part"
    found = desk.get(answer["Location"])
    assert list(found.context["cl"].result_list) == [ours.records["patient"]]
    assert list(desk.get(page, {"q": "nobody"}).context["cl"].result_list) == [ours.records["patient"]]
    desk.post(page, {"search": "nobody"})
    assert "Nothing was found." in desk.get(page).content.decode()
    row = last(AuditAction.SEARCHED)
    assert (row.details, row.institution) == ({"records": "studies.patient"}, ours.institution.uuid)


def test_a_search_stands_in_the_log_of_each_institution_that_was_searched(ours: House) -> None:
    clinic = house("Clinique du Parc", "Maes^Jan").institution
    both = staff(AppointmentRole.DESK, ours.institution)
    AppointmentFactory(user=both, institution=clinic, role=AppointmentRole.DESK)
    as_(both).post("/admin/studies/patient/", {"search": "peeters\0"})
    rows = AuditEvent.objects.filter(action=AuditAction.SEARCHED)
    assert {row.institution for row in rows} == {ours.institution.uuid, clinic.uuid}
    auditor = as_(staff(AppointmentRole.AUDITOR, clinic))
    assert "searched" in auditor.get("/admin/accounts/auditevent/").content.decode()


def test_a_search_with_a_nul_is_one_without(desk: Client, ours: House) -> None:
    """PostgreSQL would refuse it, at every later look at the list."""
    desk.post("/admin/studies/patient/", {"search": "peet\0ers"})
    assert list(desk.get("/admin/studies/patient/").context["cl"].result_list) == [ours.records["patient"]]


def test_an_auditor_reads_who_did_what(administrator: Client, ours: House) -> None:
    administrator.post(address(ours.records["accesscode"], "do/revoke"))
    auditor = as_(staff(AppointmentRole.AUDITOR, ours.institution))
    text = auditor.get("/admin/accounts/auditevent/", {"what": "codes"}).content.decode()
    assert "code revoked" in text
    assert "Lena Dubois" in text
    assert "looked at images" not in text


def test_a_row_of_the_audit_log_writes_its_time_as_the_reader_does(ours: House) -> None:
    auditor = as_(staff(AppointmentRole.AUDITOR, ours.institution))
    row = ours.records["auditevent"]
    text = auditor.get(address(row)).content.decode()
    assert f"{timezone.localtime(row.at):%Y, %H:%M}" in text
    assert "+00:00" not in text
    assert "None" not in text


@pytest.mark.parametrize("kind", ["patient", "request", "accesscode", "appointment", "policyrule", "report"])
def test_a_list_costs_the_same_for_one_row_and_for_many(
    administrator: Client, ours: House, kind: str, django_assert_max_num_queries: Any
) -> None:
    page = address(type(ours.records[kind]))
    administrator.get(page)
    for number in range(6):
        more = house(f"Clinic {number}", "Maes^Jan")
        for record in more.records.values():
            if hasattr(record, "institution_id"):
                type(record).objects.filter(pk=record.pk).update(**_moved(record, ours, number))
    with django_assert_max_num_queries(9):
        rows = administrator.get(page).context["cl"].result_list
        assert len(rows) > 5


def _moved(record: Any, ours: House, number: int) -> dict[str, Any]:
    """What makes a record of another institution one of ours."""
    moved: dict[str, Any] = {"institution": ours.institution}
    if isinstance(record, PolicyRule):
        moved["modality"] = ("CT", "MR", "MG", "US", "DX", "NM")[number]
    return moved


def test_the_start_page_says_what_waits(administrator: Client, ours: House) -> None:
    assert timezone.now() > ours.records["request"].requested_at
    kinds = {
        model["object_name"]: model["waiting"]
        for app in administrator.get("/admin/").context["app_list"]
        for model in app["models"]
    }
    assert kinds["QuarantinedFile"] == 0


def test_what_an_import_remarked_is_read_in_the_reader_s_language(desk: Client, ours: House) -> None:
    anna, request = ours.records["patient"], ours.records["request"]
    type(anna).objects.filter(pk=anna.pk).update(conflict=OTHER_BIRTH_DATE)
    type(request).objects.filter(pk=request.pk).update(flag=ACCESSION_OF_ANOTHER)
    with override("nl"):
        sentences = {anna: gettext(OTHER_BIRTH_DATE), request: gettext(ACCESSION_OF_ANOTHER)}
    assert not {OTHER_BIRTH_DATE, ACCESSION_OF_ANOTHER} & set(sentences.values())
    for record, sentence in sentences.items():
        for page in (address(record), address(type(record))):
            assert sentence in unescape(desk.get(page, headers={"Accept-Language": "nl"}).content.decode()), page
