"""A patient with a letter: in with code and date of birth, and helped when it does not work."""

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from studies.access_codes import codes
from studies.access_codes.services import IssuedCode, issue
from studies.institutions.services import found_institution
from studies.models import Institution, Request
from tests.factories import InstitutionFactory, PatientFactory, RequestFactory, StudyFactory

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

pytestmark = pytest.mark.django_db

ANNA = {"day": "14", "month": "9", "year": "1951"}


@pytest.fixture
def hospital() -> Institution:
    return found_institution(
        slug="az-sint-example",
        name="AZ Sint-Example",
        city="Brussels",
        desk_phone="+32 2 555 01 00",
        actor=SYSTEM,
        at=timezone.now(),
    )


@pytest.fixture
def annas(hospital: Institution) -> Request:
    request = RequestFactory(patient=PatientFactory(institution=hospital))
    StudyFactory(request=request)
    return request


@pytest.fixture
def code(annas: Request) -> IssuedCode:
    return issue(annas, SYSTEM, timezone.now())


def come_in(client: Client, code: str, **birth: str) -> "Response":
    return client.post("/patient/", {"code": code, **(birth or ANNA)})


def text_of(response: "Response") -> str:
    return " ".join(response.content.decode().split())


def another(code: str) -> str:
    """A code that could be one and is not this one."""
    body = codes.read(code)[:-1]
    body = ("Z" if body[0] != "Z" else "Y") + body[1:]
    return body + codes.check_character(body)


def test_the_code_and_the_date_open_the_door(client: Client, code: IssuedCode) -> None:
    response = come_in(client, code.text)
    assert response.headers["Location"] == "/patient/request/"
    assert "Anna Peeters" in text_of(client.get("/patient/request/"))


@pytest.mark.parametrize("as_typed", [str.lower, lambda code: code.replace("-", ""), lambda code: f"  {code}\n"])
def test_typing_is_forgiven(client: Client, code: IssuedCode, as_typed: object) -> None:
    assert come_in(client, as_typed(code.text)).status_code == 302  # type: ignore[operator]


def test_the_year_is_enough_where_only_the_year_is_known(client: Client, hospital: Institution) -> None:
    patient = PatientFactory(institution=hospital, birth_month=None, birth_day=None)
    study = StudyFactory(request=RequestFactory(patient=patient))
    code = issue(study.request, SYSTEM, timezone.now())
    assert come_in(client, code.text, day="", month="", year="1951").status_code == 302


def test_a_wrong_date_and_an_unknown_code_look_alike(client: Client, code: IssuedCode) -> None:
    answers = []
    for typed, birth in [(code.text, ANNA | {"day": "15"}), (another(code.text), ANNA)]:
        response = come_in(client, typed, **birth)
        assert response.status_code == 403
        reference = response.context["reference"]
        page = text_of(response)
        assert f'<strong class="reference">{reference}</strong>' in page
        for word in (reference, typed, f'value="{birth["day"]}"', str(response.context["csrf_token"])):
            page = page.replace(word, "…")
        answers.append(page)
    assert answers[0] == answers[1]


def test_a_refusal_helps_whoever_is_honest(client: Client, code: IssuedCode) -> None:
    other = InstitutionFactory(name="Clinique du Parc", desk_phone="+32 4 366 71 11")
    InstitutionFactory(name="Closed long ago", is_active=False)
    page = text_of(come_in(client, code.text, day="1", month="1", year="1951"))
    assert "noted a different date of birth" in page
    assert "stands in a frame on the letter" in page
    assert 'href="tel:+32-2-555-01-00"' in page
    assert 'href="tel:+32-4-366-71-11"' in page
    assert other.name in page
    assert "Closed long ago" not in page
    assert f'value="{code.text}"' in page, "what was typed is kept"


def test_after_five_failures_the_page_says_when_it_works_again(client: Client, code: IssuedCode) -> None:
    for _try in range(5):
        response = come_in(client, code.text, day="15", month="9", year="1951")
    assert "You can try again" in text_of(response)
    assert "You can try again" in text_of(come_in(client, code.text)), "even with the right date"


def test_a_mistyped_code_is_said_beside_the_field(client: Client, code: IssuedCode) -> None:
    mistyped = code.text[:-1] + ("A" if code.text[-1] != "A" else "B")
    response = come_in(client, mistyped)
    assert response.status_code == 200
    page = text_of(response)
    assert "One character is not right." in page
    assert 'aria-describedby="id_code_helptext id_code_error"' in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type the code from your letter."),
        ("7QK4", "A code has 12 letters and digits."),
        ("7QK4-M2XR-9D?H", "There is something in it that no code has."),
    ],
)
def test_what_is_no_code_is_told_apart(client: Client, hospital: Institution, typed: str, said: str) -> None:
    assert said in text_of(come_in(client, typed))


@pytest.mark.parametrize(
    ("birth", "said"),
    [
        ({"day": "31", "month": "2", "year": "1951"}, "This date cannot be."),
        ({"day": "x", "month": "9", "year": "1951"}, "This date cannot be."),
        ({"day": "14", "month": "9", "year": "51"}, "This date cannot be."),
        ({"day": "14", "month": "9", "year": ""}, "Write your year of birth too"),
    ],
)
def test_an_impossible_date_is_said_beside_the_date(
    client: Client, code: IssuedCode, birth: dict[str, str], said: str
) -> None:
    assert said in text_of(come_in(client, code.text, **birth))


def test_nothing_there_yet_is_said_so(client: Client, hospital: Institution) -> None:
    code = issue(RequestFactory(patient=PatientFactory(institution=hospital)), SYSTEM, timezone.now())
    response = come_in(client, code.text)
    assert response.status_code == 200
    assert "have not arrived from AZ Sint-Example, Brussels yet" in text_of(response)
    assert client.get("/patient/request/").status_code == 302, "nobody came in"


def test_what_was_typed_never_reaches_the_log(
    client: Client, code: IssuedCode, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    come_in(client, code.text, day="15", month="9", year="1951")
    come_in(client, code.text)
    client.get("/patient/request/")
    for word in (code.text, code.text.replace("-", ""), "Peeters", "1951"):
        assert word not in caplog.text


def test_a_code_that_ended_meanwhile_shows_nothing_more(client: Client, code: IssuedCode) -> None:
    come_in(client, code.text)
    code.code.expires_at = timezone.now() - timedelta(minutes=1)
    code.code.save()
    response = client.get("/patient/request/")
    assert response.status_code == 403
    assert "Your code no longer works" in text_of(response)
    assert "Peeters" not in text_of(response)
    assert client.get("/patient/request/").headers["Location"] == "/patient/"


def test_without_a_session_the_letter_stays_closed(client: Client) -> None:
    assert client.get("/patient/request/").headers["Location"] == "/patient/"
