"""Asking for an account, as a visitor does it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import AuditAction, AuditEvent, IdentifierClaim, MailLink, Registration
from accounts.registration.due import forget_unconfirmed
from tests.accounts.registration.applicants import GOOD_RIZIV, MAIL, PHONE, link_in, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def dutch_portal(settings: Any) -> None:
    settings.ENVIRONMENT = "NL"
    settings.ENVIRONMENTS = {"NL": settings.PUBLIC_URL}


def problems(answer: Any) -> dict[str, list[str]]:
    return dict(answer.context["form"].errors)


def test_an_application_is_kept_as_it_was_said_and_one_mail_goes_out(client: Client) -> None:
    answer = client.post("/register/", typed(), follow=True)

    assert "We sent a mail to <strong>lena.dubois@praktijk.example</strong>" in answer.content.decode()
    registration = Registration.objects.get()
    assert (registration.mail, registration.phone, registration.state) == (MAIL, PHONE, "mail")
    claim = registration.claims.get()
    assert (claim.kind, str(claim.country), claim.value, claim.state) == ("riziv", "BE", GOOD_RIZIV, "waiting")
    assert [letter.to for letter in mail.outbox] == [[MAIL]]
    assert link_in(mail.outbox[0])
    row = AuditEvent.objects.get(action=AuditAction.REGISTRATION_ASKED)
    assert row.details == {"registration": str(registration.uuid)}


def test_the_form_says_who_holds_the_account_and_what_happens_next(client: Client, settings: Any) -> None:
    settings.OPERATOR_NAME = "Portal & Sons"
    page = client.get("/register/").content.decode()

    assert "Your account is held with Portal &amp; Sons, and not with a hospital." in page
    assert "compares your number with the public register" in page


def test_after_a_try_the_page_begins_with_what_is_wrong(client: Client) -> None:
    page = client.post("/register/", typed(mail="lena")).content.decode()

    assert page.index("<h1>") < page.index('role="alert"') < page.index('class="card register"')
    assert "What happens next" not in page


def test_the_portal_s_own_country_and_registers_come_first(client: Client, dutch_portal: None) -> None:
    form = client.get("/register/").context["form"]

    assert next(iter(form["country"].field.choices))[0] == "NL"
    assert (form["register_1"].value(), form["register_2"].value()) == ("big", "agb")


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"mail": "nonsense"}, "mail", "Enter a valid email address."),
        ({"phone": "soon"}, "phone", "This is not a telephone number. For example 0470 12 34 56."),
        ({"phone": "02 555 01 00"}, "phone", "A token comes by text message: please give a mobile number."),
        ({"profession": ""}, "profession", "Choose your profession."),
        ({"profession": "specialist"}, "speciality", "Please say in what you are a specialist."),
        ({"number_1": ""}, "number_1", "Type at least one number: it is what hospitals know you by."),
        ({"number_1": "none"}, "number_1", "This is not a number of a register."),
        ({"register_1": "national"}, "register_1", "For Belgium, choose RIZIV/INAMI."),
        ({"country": "XX"}, "country", "Select a valid choice. XX is not one of the available choices."),
        ({"first_name": "\0"}, "first_name", "Null characters are not allowed."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    client: Client, changes: dict[str, str], field: str, sentence: str
) -> None:
    answer = client.post("/register/", typed(**changes))

    assert problems(answer) == {field: [sentence]}
    page = answer.content.decode()
    assert f'id="id_{field}_error"' in page
    for kept in ("Praktijk Sint-Example, Brussels", 'value="Dubois"'):
        assert kept in page
    assert not Registration.objects.exists()
    assert not mail.outbox


def test_a_doubtful_number_is_asked_about_once_and_then_goes_on(client: Client) -> None:
    first = client.post("/register/", typed(number_1="1-12345-79-004"))

    page = first.content.decode()
    assert "The digits of this number of RIZIV/INAMI do not fit together." in page
    assert "The number is right: send" in page
    assert not Registration.objects.exists()

    looked_at = first.context["form"]["looked_at"].value()
    changed = client.post("/register/", typed(number_1="1-12345-80-004", looked_at=looked_at))
    assert "do not fit together" in changed.content.decode()

    assert client.post("/register/", typed(number_1="1-12345-79-004", looked_at=looked_at)).status_code == 302
    assert IdentifierClaim.objects.get().value == "11234579004"


def test_a_number_of_a_neighbour_s_register_is_asked_about(client: Client) -> None:
    page = client.post("/register/", typed(country="FR", phone="+33612345678")).content.decode()

    assert "RIZIV/INAMI is not a register of France." in page


def test_two_numbers_of_two_registers_are_two_claims(client: Client, dutch_portal: None) -> None:
    numbers = {"register_1": "big", "number_1": "19012345601", "register_2": "agb", "number_2": "01-012345"}
    client.post("/register/", typed(country="NL", phone="06 12345678", **numbers))

    assert set(IdentifierClaim.objects.values_list("kind", "value")) == {("big", "19012345601"), ("agb", "01012345")}


def test_a_country_without_a_register_of_its_own_here_keeps_its_name_in_the_number(client: Client) -> None:
    client.post("/register/", typed(country="LU", register_1="national", number_1="12-ab", phone="+352621123456"))

    claim = IdentifierClaim.objects.get()
    assert (str(claim.country), claim.value) == ("LU", "LU12AB")


def test_a_mail_repeats_nothing_that_a_stranger_could_have_typed(client: Client) -> None:
    client.post("/register/", typed(first_name="Win at https://evil.example", practice="evil.example"))

    assert "evil" not in f"{mail.outbox[0].subject} {mail.outbox[0].body}"


def test_another_mail_can_be_sent_after_a_minute_and_ends_the_first_link(client: Client) -> None:
    client.post("/register/", typed())
    first = link_in(mail.outbox[0])

    again = client.post("/register/again/", follow=True)
    assert "Another mail is on its way." in again.content.decode()
    too_soon = client.post("/register/again/")

    assert too_soon.status_code == 429
    assert "You can try again at" in too_soon.content.decode()
    assert len(mail.outbox) == 2
    client.get(first)
    assert client.get("/register/password/").status_code == 404
    client.get(link_in(mail.outbox[1]))
    assert client.get("/register/password/").status_code == 200


def test_whoever_typed_nothing_is_led_to_the_form(client: Client) -> None:
    assert client.get("/register/sent/").headers["Location"] == "/register/"
    assert client.post("/register/again/").headers["Location"] == "/register/sent/"
    assert not mail.outbox


def test_pressing_twice_is_one_application(client: Client) -> None:
    answers = [client.post("/register/", typed()) for _ in range(2)]

    assert [answer.headers["Location"] for answer in answers] == ["/register/sent/"] * 2
    assert Registration.objects.count() == len(mail.outbox) == 1


def test_what_nobody_confirms_is_deleted_after_a_week(client: Client) -> None:
    client.post("/register/", typed())
    now = timezone.now()

    assert forget_unconfirmed(now + timedelta(days=6)) == 0
    assert forget_unconfirmed(now + timedelta(days=8)) == 1
    for kind in (Registration, IdentifierClaim, MailLink):
        assert not kind.objects.exists()


def test_no_text_message_is_sent_before_the_mail_is_confirmed(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.SMS_URL = f"file://{tmp_path}"
    client.post("/register/", typed())

    assert list(tmp_path.iterdir()) == []
