""" "I lost my code, or it no longer works": one answer for everybody, and a way back in for the right one."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.audit.actor import SYSTEM
from accounts.models import Session
from studies.access_codes import IssuedCode, issue
from studies.institutions.services import found_institution
from studies.models import AccessCode, Institution, Rescue
from studies.rescue.handling import handle_due
from tests.factories import PatientFactory, RequestFactory, StudyFactory

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

pytestmark = pytest.mark.django_db

ANNA = {"day": "14", "month": "9", "year": "1951"}
NUMBER = "0470 12 34 47"


@pytest.fixture
def hospital() -> Institution:
    return found_institution(
        slug="az", name="AZ Sint-Example", desk_phone="+32 2 555 01 00", actor=SYSTEM, at=timezone.now()
    )


@pytest.fixture
def lost(hospital: Institution, settings: object, tmp_path: Path) -> IssuedCode:
    settings.SMS_URL = f"file://{tmp_path}"  # type: ignore[attr-defined]
    patient = PatientFactory(institution=hospital, mobile="+32470123447", mail="anna@example.org")
    return issue(StudyFactory(request=RequestFactory(patient=patient)).request, SYSTEM, timezone.now())


def ask(client: Client, contact: str, address: str = "192.0.2.7", **birth: str) -> "Response":
    return client.post("/patient/lost/", {"contact": contact, **(birth or ANNA)}, REMOTE_ADDR=address)


def text_of(response: "Response") -> str:
    words = re.sub(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"', "", response.content.decode())
    return " ".join(words.split())


@pytest.mark.parametrize("page", ["/", "/patient/", "/patient/lost/"])
def test_every_door_leads_there(client: Client, page: str) -> None:
    assert 'href="/patient/lost/"' in text_of(client.get("/patient/"))
    assert client.get(page).status_code == 200


def test_a_refusal_offers_it(client: Client, lost: IssuedCode) -> None:
    refused = client.post("/patient/", {"code": lost.text, **ANNA, "day": "15"})
    assert "I lost my code, or it no longer works" in text_of(refused)


def test_she_gets_a_code_by_sms_and_comes_in(client: Client, lost: IssuedCode, tmp_path: Path) -> None:
    assert ask(client, NUMBER).status_code == 200
    assert not (tmp_path / "sms.jsonl").exists(), "nothing is sent before the answer"
    handle_due(timezone.now())
    message = json.loads((tmp_path / "sms.jsonl").read_text())
    code = re.search(r"([0-9A-Z]{4}-){2}[0-9A-Z]{4}", message["text"])
    assert code
    assert client.post("/patient/", {"code": code[0], **ANNA}).headers["Location"] == "/patient/request/"
    assert client.get("/patient/request/").status_code == 200


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_message_speaks_the_language_of_the_page_if_the_hospital_knows_none(
    client: Client, lost: IssuedCode, language: str
) -> None:
    client.cookies["language"] = language
    ask(client, "anna@example.org")
    assert Rescue.objects.get().language == language
    handle_due(timezone.now())
    with translation.override(language):
        expected = gettext("Your new code from %(institution)s") % {"institution": "AZ Sint-Example"}
    assert [message.subject for message in mail.outbox] == [expected]


def test_whoever_asks_the_answer_and_the_work_are_the_same(client: Client, lost: IssuedCode) -> None:
    ask(client, "warm@example.org", "2001:db8:ffff::1")  # what a process looks up once is not counted
    answers = []
    asked = [
        (NUMBER, ANNA),
        (NUMBER, {**ANNA, "day": "15"}),
        ("0470 99 99 99", ANNA),
        ("anna@example.org", ANNA),
        ("nobody@example.org", ANNA),
        ("+1 202 555 0100", ANNA),
    ]
    for number, (contact, birth) in enumerate(asked):
        with CaptureQueriesContext(connection) as queries:
            response = ask(client, contact, f"2001:db8:{number}::1", **birth)
        answers.append((response.status_code, text_of(response), len(queries), dict(response.headers)))
    assert all(answer == answers[0] for answer in answers)
    assert Rescue.objects.count() == len(asked) + 1
    assert not mail.outbox


def test_what_was_typed_is_nowhere_in_the_answer(client: Client, lost: IssuedCode) -> None:
    assert not re.search(r"0470|12 34 47|1951|AZ Sint-Example</h", text_of(ask(client, NUMBER)))
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("typed", "birth", "said"),
    [
        ("", ANNA, "Type the mobile number or the mail address"),
        ("my phone", ANNA, "This is neither a number nor a mail address."),
        ("12", ANNA, "This is neither a number nor a mail address."),
        (NUMBER, {**ANNA, "day": "31"}, "This date cannot be."),
        (NUMBER, {**ANNA, "year": ""}, "Write your year of birth too"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    client: Client, lost: IssuedCode, typed: str, birth: dict[str, str], said: str
) -> None:
    assert said in text_of(ask(client, typed, **birth))
    assert not Rescue.objects.exists()


def test_an_address_that_asks_too_often_waits(client: Client, lost: IssuedCode) -> None:
    statuses = [ask(client, f"somebody{number}@example.org").status_code for number in range(6)]
    assert statuses == [200] * 5 + [429]
    refused = text_of(ask(client, NUMBER))
    assert "You can try again" in refused
    assert "tel:+32-2-555-01-00" in refused
    assert Rescue.objects.count() == 5
    assert ask(client, NUMBER, "198.51.100.9").status_code == 200


def test_an_expired_code_says_so_to_whoever_knows_the_date_and_offers_another(client: Client, lost: IssuedCode) -> None:
    AccessCode.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    told = client.post("/patient/", {"code": lost.text, **ANNA})
    assert "Your code has expired" in text_of(told)
    assert re.search(r'name="year" value="1951"', text_of(told))
    assert not re.search(r"Peeters|CT head", text_of(told))
    refused = client.post("/patient/", {"code": lost.text, **ANNA, "day": "15"})
    assert "This did not work" in text_of(refused)
    assert "expired" not in text_of(refused)


def test_who_is_in_when_the_code_expires_is_led_there(client: Client, lost: IssuedCode) -> None:
    client.post("/patient/", {"code": lost.text, **ANNA})
    AccessCode.objects.update(expires_at=timezone.now())
    assert 'href="/patient/lost/"' in text_of(client.get("/patient/request/"))
