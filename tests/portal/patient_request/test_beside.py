"""Beside the letter: being told, the day in a calendar, who looked, and what a patient asks of the desk."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM, Actor, ActorKind
from accounts.models import AuditAction, AuditEvent, User
from portal.patient_request.calendar import calendar_file
from studies.access import account_viewer, open_images, open_report
from studies.access_codes import IssuedCode, issue
from studies.institutions.services import found_institution
from studies.models import (
    Concern,
    DeskMessage,
    Institution,
    Notice,
    Participant,
    ParticipantRole,
    Patient,
    ReportStatus,
    Request,
    Study,
)
from studies.notices.services import send_due
from studies.participants.services import name_participant
from studies.reports.services import receive
from tests.accounts.places.tables import table_with
from tests.factories import PatientFactory, PhysicianFactory, RequestFactory, StudyFactory
from tests.factories.accounts import enter_as_patient

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/140 Mobile Safari/537.36"
PAGE = "/patient/request/"


@pytest.fixture
def hospital() -> Institution:
    return found_institution(slug="az", name="AZ Sint-Example", actor=SYSTEM, at=timezone.now())


@pytest.fixture
def annas(hospital: Institution) -> Request:
    patient = PatientFactory(institution=hospital, mobile="+32470123447", mail="anna@example.org")
    request = RequestFactory(patient=patient)
    StudyFactory(request=request)
    return request


@pytest.fixture
def letter(annas: Request) -> IssuedCode:
    return issue(annas, SYSTEM, timezone.now())


@pytest.fixture
def anna(client: Client, letter: IssuedCode) -> Client:
    enter_as_patient(client, letter.code.uuid)
    return client


def text_of(response: "Response") -> str:
    return " ".join(response.content.decode().split())


def report(request: Request, ago: timedelta) -> None:
    receive(request, ReportStatus.FINAL, "Findings: normal.", "Dr E. Lambert", SYSTEM, timezone.now() - ago)


def looked(request: Request, physician: User) -> None:
    """The requester opens the images and reads the report."""
    viewer = account_viewer(Actor(ActorKind.ACCOUNT, physician.uuid), by_sms=False)
    study = Study.objects.get(request=request)
    open_images(viewer, study.uuid, timezone.now())
    open_report(viewer, study.uuid, timezone.now())


@pytest.fixture
def requester(annas: Request) -> User:
    physician = PhysicianFactory(user__first_name="Lena", user__last_name="Dubois")
    name_participant(annas, ParticipantRole.REQUESTER, physician, SYSTEM, timezone.now())
    assert Participant.objects.count() == 1
    user: User = physician.user
    return user


def test_while_the_report_is_awaited_she_can_be_told(anna: Client, annas: Request) -> None:
    page = text_of(anna.get(PAGE))
    assert "Tell me when it is there" in page
    assert "by SMS to ••• 47" in page
    assert "by mail to a•••@e•••.org" in page
    assert "0123447" not in page
    told = text_of(anna.post(f"{PAGE}tell-me/", {"channel": "mail"}, follow=True))
    assert "You get one message as soon as there is something new." in told
    assert "You get a mail to a•••@e•••.org when it is there." in told
    assert "by mail to a•••" not in told

    assert send_due(timezone.now()) == 0
    report(annas, 8 * DAY)
    assert (send_due(timezone.now()), send_due(timezone.now())) == (1, 0)
    (message,) = mail.outbox
    assert message.to == ["anna@example.org"]
    assert "AZ Sint-Example" in message.body
    assert not re.search(r"report|image|CT|head|Peeters|Lambert", f"{message.subject} {message.body}")
    assert "Tell me when" not in text_of(anna.get(PAGE)), "there is nothing to wait for any more"


def test_nothing_is_sent_for_what_the_hospital_still_keeps_back(anna: Client, annas: Request) -> None:
    anna.post(f"{PAGE}tell-me/", {"channel": "mail"})
    report(annas, DAY)
    assert send_due(timezone.now()) == 0
    assert send_due(timezone.now() + 6 * DAY) == 1


def test_asking_twice_is_asking_once(anna: Client) -> None:
    for _ in range(2):
        anna.post(f"{PAGE}tell-me/", {"channel": "sms"})
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("channel", ["pigeon", "", "sms' OR 1=1"])
def test_only_known_ways_can_be_asked_for(anna: Client, channel: str) -> None:
    assert anna.post(f"{PAGE}tell-me/", {"channel": channel}).status_code == 302
    assert not Notice.objects.exists()


@pytest.mark.parametrize("who", [{"is_represented": True}, {"birth_year": timezone.now().year - 15}])
def test_nothing_goes_to_a_number_that_may_be_somebody_elses(
    anna: Client, annas: Request, who: dict[str, object]
) -> None:
    Patient.objects.update(**who)
    assert "Tell me when" not in text_of(anna.get(PAGE))
    anna.post(f"{PAGE}tell-me/", {"channel": "mail"})
    assert not Notice.objects.exists()


def test_who_became_represented_meanwhile_is_not_written_to(anna: Client, annas: Request) -> None:
    anna.post(f"{PAGE}tell-me/", {"channel": "mail"})
    Patient.objects.update(is_represented=True)
    report(annas, 8 * DAY)
    assert (send_due(timezone.now()), send_due(timezone.now())) == (0, 0)
    assert not mail.outbox


def test_the_day_is_there_for_a_calendar_in_words_that_tell_nothing(anna: Client, annas: Request) -> None:
    assert anna.get(f"{PAGE}calendar.ics").status_code == 404
    report(annas, DAY)
    assert "Put the day in my calendar" in text_of(anna.get(PAGE))
    answer = anna.get(f"{PAGE}calendar.ics")
    file = answer.content.decode()
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert file.count("BEGIN:VEVENT") == 1
    opens = (timezone.now() + 6 * DAY).astimezone(UTC)
    assert f"DTSTART:{opens:%Y%m%dT%H}" in file
    assert not re.search(r"CT|head|report|image|Peeters|radiolog", file.replace("PACSonWEB", ""), re.IGNORECASE)


def test_lines_of_a_calendar_are_folded_between_characters() -> None:
    request = RequestFactory(patient__institution__name="Hôpital Érasme; " * 12)
    file = calendar_file(request, [datetime(2026, 11, 25, 8, tzinfo=UTC)], datetime(2026, 11, 18, tzinfo=UTC))
    lines = file.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    unfolded = file.replace(b"\r\n ", b"").decode()
    assert "SUMMARY:Hôpital Érasme\\; Hôpital" in unfolded
    assert "DTSTART:20261125T080000Z" in unfolded


def test_every_look_is_told_with_time_role_name_and_device(client: Client, annas: Request, requester: User) -> None:
    report(annas, 8 * DAY)
    looked(annas, requester)
    letter = issue(annas, SYSTEM, timezone.now())
    birth = {"day": "14", "month": "9", "year": "1951"}
    client.post("/patient/", {"code": letter.text, **birth}, headers={"User-Agent": PHONE})
    page = text_of(client.get(PAGE))
    assert re.search(r"<strong>You, on this visit</strong>.*?images, report</span> <span>on a phone", page)
    assert "<strong>Lena Dubois</strong>" in page.replace("Dr ", "")
    assert "the physician who requested it" in page
    other = Client()
    other.post("/patient/", {"code": letter.text, **birth})
    page = text_of(other.get(PAGE))
    assert "<strong>With your code</strong>" in page
    assert page.count("You, on this visit") == 1


def test_the_town_is_told_where_the_operator_has_a_table_of_towns(
    annas: Request, letter: IssuedCode, settings: LazySettings, tmp_path: Path
) -> None:
    row = {"city": "Ghent", "country_code": "BE"}
    settings.TOWN_DATABASE = str(table_with(row, tmp_path / "towns.mmdb"))
    somewhere = Client(REMOTE_ADDR="193.190.1.1")
    enter_as_patient(somewhere, letter.code.uuid)
    somewhere.get(PAGE)
    page = text_of(somewhere.get(PAGE))
    assert re.search(r"<strong>You, on this visit</strong>.*?<span>Ghent, Belgium</span>", page)
    assert "IP Geolocation by DB-IP" in page


def test_a_hospital_may_tell_the_role_alone(anna: Client, annas: Request, requester: User) -> None:
    Institution.objects.update(patients_see_names=False)
    looked_before = text_of(anna.get(PAGE))
    assert "The physician who requested it" not in looked_before
    report(annas, 8 * DAY)
    looked(annas, requester)
    page = text_of(anna.get(PAGE))
    assert "<strong>The physician who requested it</strong>" in page
    assert "Dubois</strong>" not in page


def test_failed_tries_with_her_code_are_told(client: Client, letter: IssuedCode) -> None:
    client.post("/patient/", {"code": letter.text, "day": "15", "month": "9", "year": "1951"})
    enter_as_patient(client, letter.code.uuid)
    assert "Somebody had your code and typed a wrong date of birth." in text_of(client.get(PAGE))


def test_looks_at_other_requests_are_not_told(anna: Client, hospital: Institution, annas: Request) -> None:
    other = issue(StudyFactory(request=RequestFactory(patient__institution=hospital)).request, SYSTEM, timezone.now())
    other_browser = Client()
    enter_as_patient(other_browser, other.code.uuid)
    other_browser.get(PAGE)
    assert "With your code" not in text_of(anna.get(PAGE))


def test_who_opens_it_for_someone_else_says_so_and_it_stays_in_sight(
    anna: Client, annas: Request, letter: IssuedCode
) -> None:
    assert "I open this for someone else" in text_of(anna.get(PAGE))
    noted = text_of(anna.post(f"{PAGE}for-someone-else/", {"for_another": "yes"}, follow=True))
    assert noted.index("You open this for someone else") < noted.index("<h1>")
    anna.post(f"{PAGE}for-someone-else/", {"for_another": "yes"})
    (row,) = AuditEvent.objects.filter(action=AuditAction.OPENED_FOR_ANOTHER, request=annas.uuid)
    assert row.actor == letter.code.uuid

    later = Client()
    enter_as_patient(later, letter.code.uuid)
    page = text_of(later.get(PAGE))
    assert "With your code, for someone else" in page
    assert "You open this for someone else" not in page, "another visit is another person"

    anna.post(f"{PAGE}for-someone-else/", {"for_another": "no"})
    assert "You open this for someone else" not in text_of(anna.get(PAGE))
    assert "for someone else</strong>" not in text_of(later.get(PAGE))
    assert AuditEvent.objects.filter(action=AuditAction.OPENED_FOR_ANOTHER).count() == 2


def test_what_is_wrong_in_her_data_goes_to_the_desk(anna: Client, annas: Request) -> None:
    assert "Write in a few words what is wrong." in text_of(anna.post(f"{PAGE}wrong-data/", {"text": "  "}))
    sent = anna.post(f"{PAGE}wrong-data/", {"text": "My name is Pieters."}, follow=True)
    assert "The desk of your hospital has your message." in text_of(sent)
    message = DeskMessage.objects.get()
    assert (message.request, message.concern, message.text) == (annas, Concern.DATA, "My name is Pieters.")
    row = AuditEvent.objects.get(action=AuditAction.CONCERN_WRITTEN)
    assert "Pieters" not in str(row.details)


def test_a_message_has_its_bounds(anna: Client) -> None:
    assert anna.post(f"{PAGE}wrong-data/", {"text": "x" * 2001}).status_code == 200
    assert not DeskMessage.objects.exists()
    answers = [text_of(anna.post(f"{PAGE}wrong-data/", {"text": "x" * 2000}, follow=True)) for _ in range(6)]
    assert DeskMessage.objects.count() == 5
    assert "already has several messages of yours today" in answers[5]


def test_she_asks_that_somebody_no_longer_sees_it(anna: Client, annas: Request, requester: User) -> None:
    report(annas, 8 * DAY)
    looked(annas, requester)
    address = re.search(rf"{PAGE}stop/[0-9a-f-]{{36}}/", text_of(anna.get(PAGE)))
    assert address
    assert "Dubois" in text_of(anna.get(address[0]))
    anna.post(address[0], {"text": ""})
    message = DeskMessage.objects.get()
    assert (message.concern, message.about) == (Concern.ACCESS, requester.uuid)


def test_nobody_is_named_by_a_row_of_another_request(anna: Client, annas: Request, requester: User) -> None:
    report(annas, 8 * DAY)
    looked(annas, requester)
    rows = AuditEvent.objects.exclude(action__in=[AuditAction.LOOKED_AT_IMAGES, AuditAction.LOOKED_AT_REPORT])
    foreign = AuditEvent.objects.filter(actor=requester.uuid).first()
    assert foreign is not None
    stranger = Client()
    other = issue(
        StudyFactory(request=RequestFactory(patient__institution=annas.institution)).request, SYSTEM, timezone.now()
    )
    enter_as_patient(stranger, other.code.uuid)
    assert stranger.get(f"{PAGE}stop/{foreign.uuid}/").status_code == 404
    assert all(anna.get(f"{PAGE}stop/{row.uuid}/").status_code == 404 for row in rows[:3])


@pytest.mark.parametrize("page", ["tell-me/", "for-someone-else/", "wrong-data/", "calendar.ics"])
def test_after_the_code_ended_nothing_can_be_asked(anna: Client, letter: IssuedCode, page: str) -> None:
    letter.code.revoked_at = timezone.now()
    letter.code.save()
    answer = anna.get(f"{PAGE}{page}") if page.endswith(("ics", "data/")) else anna.post(f"{PAGE}{page}")
    assert "Your code no longer works" in text_of(answer)
