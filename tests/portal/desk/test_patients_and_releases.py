"""What the desk writes about a patient, decides about a report, and sees of what the patient sees."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent
from studies.access_codes import Birth, IssuedCode, Outcome, enter
from studies.models import AppointmentRole, DeskMessage, Release, ReportStatus, Request, Rescue, RescueOutcome
from studies.reports.services import receive
from tests.factories import RequestFactory

from .conftest import Counter, working_at

pytestmark = pytest.mark.django_db
ANNA = {
    "day": "14",
    "month": "9",
    "year": "1951",
    "mobile": "+32470123447",
    "mail": "anna@mail.example",
    "language": "",
}


def saved(counter: Counter, request: Request, **typed: str) -> str:
    address = counter.at(request) + "patient/"
    return " ".join(counter.browser.post(address, ANNA | typed, follow=True).content.decode().split())


def test_a_corrected_birth_date_opens_the_door(counter: Counter, annas: Request, code: IssuedCode) -> None:
    assert enter(code.text, Birth(15, 9, 1951), "192.0.2.1", timezone.now()).outcome is Outcome.REFUSED
    assert "details were saved" in saved(counter, annas, day="15")
    annas.patient.refresh_from_db()
    assert annas.patient.birth_completed_by_desk
    assert enter(code.text, Birth(15, 9, 1951), "192.0.2.1", timezone.now()).outcome is not Outcome.REFUSED


@pytest.mark.parametrize("typed", [{"year": ""}, {"day": "31", "month": "2"}, {"year": "2090"}])
def test_a_date_that_cannot_be_is_not_saved(counter: Counter, annas: Request, typed: dict[str, str]) -> None:
    assert "There is no such date of birth." in saved(counter, annas, **typed)
    annas.patient.refresh_from_db()
    assert annas.patient.birth_day == 14


@pytest.mark.parametrize(
    ("typed", "kept"), [("0470 12 34 56", "+32470123456"), ("+31 6 12345678", "+31612345678"), ("", "")]
)
def test_a_mobile_number_is_understood_as_people_write_it(
    counter: Counter, annas: Request, typed: str, kept: str
) -> None:
    saved(counter, annas, mobile=typed)
    annas.patient.refresh_from_db()
    assert annas.patient.mobile == kept


def test_what_changed_is_audited_without_the_values(counter: Counter, annas: Request) -> None:
    assert "This is no telephone number." in saved(counter, annas, mobile="12")
    saved(counter, annas, mail="piet@mail.example", language="nl", is_represented="on")
    row = AuditEvent.objects.get(action=AuditAction.PATIENT_CHANGED)
    assert row.details == {"changed": "is_represented, language, mail"}
    assert "Codes then go through the desk only." in counter.page(counter.at(annas))
    saved(counter, annas, mail="piet@mail.example", language="nl", is_represented="on")
    assert AuditEvent.objects.filter(action=AuditAction.PATIENT_CHANGED).count() == 1


def decided(counter: Counter, request: Request, **typed: str) -> str:
    answer = counter.browser.post(counter.at(request) + "release/", typed, follow=True)
    return " ".join(answer.content.decode().split())


def test_a_report_is_released_and_the_page_shows_what_the_patient_sees(counter: Counter, annas: Request) -> None:
    receive(annas, ReportStatus.FINAL, "A secret fracture.", "Dr E. Lambert", SYSTEM, timezone.now())
    page = counter.page(counter.at(annas))
    assert "This hospital shows every report after 7 days, whatever it says." in page
    page = decided(counter, annas, kind="now", reason="Asked by her GP")
    assert "Asked by her GP" in page
    assert "This hospital shows every report after" not in page
    assert "A secret fracture." not in page


def test_a_report_is_held_back_and_the_day_is_foreseen(counter: Counter, annas: Request) -> None:
    receive(annas, ReportStatus.FINAL, "No fracture.", "Dr E. Lambert", SYSTEM, timezone.now())
    until = timezone.localdate() + timedelta(days=30)
    page = decided(counter, annas, kind="hold", until=until.isoformat(), reason="Told in person first")
    assert "The hospital chose this day for your report." in page
    then = counter.page(f"{counter.at(annas)}?on={until.isoformat()}")
    assert then.count("The hospital chose this day for your report.") == 1  # now, and not then
    page = decided(counter, annas, kind="policy", reason="Was told")
    assert "chose this day" not in page
    assert page.index("Was told") < page.index("Told in person first")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"kind": "now", "reason": " "}, "This field is required."),
        ({"kind": "hold", "reason": "Because"}, "Say until when."),
        ({"kind": "hold", "until": "2020-01-01", "reason": "Because"}, "It must lie ahead."),
    ],
)
def test_a_decision_without_a_reason_or_an_end_is_none(
    counter: Counter, annas: Request, typed: dict[str, str], said: str
) -> None:
    assert said in decided(counter, annas, **typed)
    assert not Release.objects.exists()


def test_an_odd_day_to_foresee_is_a_plain_page(counter: Counter, annas: Request) -> None:
    for odd in ("", "yesterday", "9999-12-31", "0001-01-01"):
        assert counter.browser.get(f"{counter.at(annas)}?on={odd}").status_code == 200


def test_messages_wait_until_somebody_says_what_was_done(counter: Counter, annas: Request) -> None:
    message = DeskMessage.objects.create(
        request=annas, concern="data", text="My name is spelled\n<b>wrong</b>.", written_at=timezone.now()
    )
    assert "Something is wrong in my data" in counter.page()
    assert "&lt;b&gt;wrong&lt;/b&gt;" in counter.page(counter.at(annas))
    address = f"/desk/messages/{message.uuid}/"
    assert "Say what was done." in counter.browser.post(address, {"answer": " "}, follow=True).content.decode()
    page = counter.browser.post(address, {"answer": "Corrected in the RIS"}, follow=True).content.decode()
    assert "Corrected in the RIS" in page
    assert "Something is wrong in my data" not in counter.page()
    counter.browser.post(address, {"answer": "Twice"})
    message.refresh_from_db()
    assert message.answer == "Corrected in the RIS"
    assert AuditEvent.objects.filter(action=AuditAction.CONCERN_ANSWERED).count() == 1


def test_another_desks_message_is_not_there(annas: Request, counter: Counter) -> None:
    message = DeskMessage.objects.create(
        request=RequestFactory(), concern="data", text="Hello", written_at=timezone.now()
    )
    assert counter.browser.post(f"/desk/messages/{message.uuid}/", {"answer": "x"}).status_code == 404
    assert "Hello" not in counter.page()


def test_who_lost_a_code_waits_until_the_desk_gives_one_out(counter: Counter, annas: Request) -> None:
    Rescue.objects.create(asked_at=timezone.now(), handled_at=timezone.now(), outcome=RescueOutcome.DESK, request=annas)
    assert "Only the desk may give a code" in counter.page()
    assert "Another code was asked for on" in counter.page(counter.at(annas))
    counter.print_letter(annas)
    assert "Only the desk may give a code" not in counter.page()


def test_the_header_leads_to_the_desk_for_those_who_work_there(counter: Counter, annas: Request) -> None:
    assert 'href="/desk/"' in counter.page("/studies/")
    auditor = working_at(annas.institution, role=AppointmentRole.AUDITOR)
    assert 'href="/desk/"' not in auditor.page("/studies/")
