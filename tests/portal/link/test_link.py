"""A link from a letter, an SMS or a mail: the code leaves the address at once, and the date of birth is asked."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import AuditEvent, Session, SessionKind, ThrottleCounter
from portal.letters.links import link_of
from studies.access_codes.services import IssuedCode, issue
from studies.institutions.services import found_institution
from studies.models import AccessCode
from tests.factories import PatientFactory, StudyFactory

pytestmark = pytest.mark.django_db
ANNA = {"day": "14", "month": "9", "year": "1951"}
FILLED_IN = "Your access code is filled in"
TEXTS = ["{code}", "{plain}", "7QK4-M2XR-9DTH", "hello", "a/b/../c", "%00", "x" * 3000, "ключ", "a?next=//evil.example"]


@pytest.fixture
def letter() -> IssuedCode:
    hospital = found_institution(slug="az", name="AZ Sint-Example", actor=SYSTEM, at=timezone.now())
    study = StudyFactory(request__patient=PatientFactory(institution=hospital))
    return issue(study.request, SYSTEM, timezone.now())


def path_of(issued: IssuedCode) -> str:
    return link_of(issued.text).removeprefix(settings.PUBLIC_URL)


def test_a_link_leads_to_the_date_of_birth_and_then_in(client: Client, letter: IssuedCode) -> None:
    page = client.get(path_of(letter), follow=True)
    assert page.redirect_chain == [("/patient/", 303)]
    assert FILLED_IN in page.content.decode()
    assert 'name="code"' not in page.content.decode()
    answer = client.post("/patient/", ANNA)
    assert answer.headers["Location"] == "/patient/request/"
    assert Session.objects.get(kind=SessionKind.PATIENT).subject == letter.code.uuid
    assert not client.cookies[settings.LINK_COOKIE_NAME].value


def test_the_code_is_in_no_page_and_in_no_cookie_in_clear(client: Client, letter: IssuedCode) -> None:
    answer = client.get(path_of(letter))
    said = answer.content.decode() + json.dumps(dict(answer.headers)) + str(client.cookies)
    said += client.get("/patient/").content.decode()
    for written in (letter.text, letter.text.replace("-", "")):
        assert written not in said
    cookie = client.cookies[settings.LINK_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["max-age"] == 900
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"].startswith("noindex")


@pytest.mark.parametrize("text", TEXTS)
def test_a_link_answers_alike_whatever_it_holds_and_asks_nothing(client: Client, letter: IssuedCode, text: str) -> None:
    path = "/p/" + text.format(code=letter.text, plain=letter.text.replace("-", ""))
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    assert len(queries) == 0
    assert (answer.status_code, answer.headers["Location"], answer.content) == (303, "/patient/", b"")
    assert FILLED_IN in client.get("/patient/").content.decode()


def test_scanners_and_preview_robots_burn_nothing(letter: IssuedCode) -> None:
    for _ in range(50):
        robot = Client(headers={"user-agent": "Mozilla/5.0 (compatible; PreviewBot/1.0)"})
        assert robot.head(path_of(letter)).status_code == 303
        robot.get(path_of(letter), follow=True)
    assert Client().post(path_of(letter)).status_code == 405
    assert not ThrottleCounter.objects.exists()
    assert not Session.objects.exists()
    assert AuditEvent.objects.filter(action__startswith="patient.").count() == 0
    code = AccessCode.objects.get()
    assert (code.first_used_at, code.ended_at, code.revoked_at) == (None, None, None)


def test_a_code_that_is_typed_counts_more_than_one_from_a_link(client: Client, letter: IssuedCode) -> None:
    client.get("/p/7QK4M2XR9DTH")
    page = client.get("/patient/?other").content.decode()
    assert 'name="code"' in page
    assert client.post("/patient/", {"code": letter.text, **ANNA}).headers["Location"] == "/patient/request/"


def test_a_link_that_lost_a_character_asks_for_the_code_again(client: Client, letter: IssuedCode) -> None:
    client.get(path_of(letter)[:-1])
    page = client.post("/patient/", ANNA).content.decode()
    assert "A code has 12 letters and digits." in page
    assert 'name="code"' in page
    assert "Type the code from your letter." in client.post("/patient/", ANNA).content.decode()


def test_after_a_wrong_date_the_code_need_not_be_typed(client: Client, letter: IssuedCode) -> None:
    client.get(path_of(letter))
    refused = client.post("/patient/", ANNA | {"day": "15"})
    assert refused.status_code == 403
    assert FILLED_IN in refused.content.decode()
    assert client.post("/patient/", ANNA).headers["Location"] == "/patient/request/"


def test_a_link_is_forgotten_after_a_quarter_of_an_hour(client: Client, letter: IssuedCode) -> None:
    now = datetime.now(UTC)
    client.get(path_of(letter))
    with time_machine.travel(now + timedelta(minutes=14)):
        assert FILLED_IN in client.get("/patient/").content.decode()
    with time_machine.travel(now + timedelta(minutes=16)):
        assert FILLED_IN not in client.get("/patient/").content.decode()
        assert "Type the code from your letter." in client.post("/patient/", ANNA).content.decode()


def test_a_cookie_that_somebody_made_up_is_no_code(client: Client) -> None:
    client.cookies[settings.LINK_COOKIE_NAME] = "Z0FBQUFBQm8="
    assert FILLED_IN not in client.get("/patient/").content.decode()


def test_the_log_has_the_route_and_not_the_code(
    client: Client, letter: IssuedCode, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        client.get(path_of(letter), follow=True)
        client.post("/patient/", ANNA)
    lines = [str(record.__dict__) for record in caplog.records if record.name.startswith("pacsonweb")]
    assert any("p/<path:text>" in line for line in lines)
    for written in (letter.text, letter.text.replace("-", "")):
        assert written not in "".join(lines)
