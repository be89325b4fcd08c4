"""What somebody tries who is not who they say, or wants to know who has an account."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.challenges.values import SendOutcome, Verification
from accounts.links.services import make, peek
from accounts.models import AuditEvent, IdentifierClaim, LinkPurpose, MailLink, Registration, RegistrationState, User
from accounts.registration.asking import ask
from accounts.registration.confirming import open_applicants_account
from accounts.registration.first_number import send_token, take_token
from accounts.throttling.limits import SMS_OF_ACCOUNT
from tests.accounts.registration.applicants import (
    NOON,
    PASSWORD,
    VISITOR,
    application,
    confirms_mail,
    known_token,
    link_in,
    registered,
    token_in,
    typed,
)
from tests.factories import UserFactory

SECOND = timedelta(seconds=1)


@pytest.fixture
def phone(settings: Any, tmp_path: Path) -> Path:
    settings.SMS_URL = f"file://{tmp_path}"
    return tmp_path


def applicant() -> User:
    """Whose mail address is confirmed, and whose number is not."""
    user = registered(state=RegistrationState.PHONE).user
    assert user is not None
    return user


def rows() -> dict[str, int]:
    return {kind.__name__: kind.objects.count() for kind in (Registration, IdentifierClaim, MailLink, AuditEvent)}


def asked_for(address: str) -> tuple[str, int, list[str], dict[str, int], int]:
    """What asking with this address shows and causes: words, status, statements, rows, mails."""
    client = Client()
    before, mails = rows(), len(mail.outbox)
    with CaptureQueriesContext(connection) as asked:
        first = client.post("/register/", typed(mail=address))
    page = client.get(first.headers["Location"])
    again = client.post("/register/again/", follow=True)
    words = "".join(answer.content.decode().replace(address, "MAIL") for answer in (first, page, again))
    words = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", words)
    statements = [" ".join(query["sql"].split()[:3]) for query in asked.captured_queries]
    caused = {kind: count - before[kind] for kind, count in rows().items()}
    return words, first.status_code, statements, caused, len(mail.outbox) - mails


@pytest.mark.django_db
def test_a_known_and_an_unknown_address_look_and_cost_the_same() -> None:
    asked_for("warm.up@example.org")  # what is cached, is cached
    UserFactory(username="known@example.org")

    unknown, known = asked_for("unknown@example.org"), asked_for("known@example.org")

    assert unknown == known
    assert known[4] == 2
    assert {letter.to[0] for letter in mail.outbox[-4:]} == {"unknown@example.org", "known@example.org"}


@pytest.mark.django_db
def test_the_owner_of_an_account_reads_so_in_the_mail_and_nothing_comes_of_it(settings: Any) -> None:
    user = UserFactory(username="known@example.org")
    client = Client()
    client.post("/register/", typed(mail="Known@Example.org"))

    [letter] = mail.outbox
    assert letter.to == ["known@example.org"]
    assert "There is an account with it already, and nothing was changed." in letter.body
    assert "/register/confirm/" not in letter.body
    for page in ("/login/", "/reset/"):
        assert f"{settings.PUBLIC_URL}{page}" in letter.body
    assert Registration.objects.get().is_known
    assert User.objects.get() == user


@pytest.mark.django_db
def test_a_known_address_s_application_opens_nothing_even_with_its_token() -> None:
    UserFactory(username="known@example.org")
    ask(application(mail="known@example.org"), VISITOR, timezone.now())
    registration = Registration.objects.get()
    token = make(LinkPurpose.REGISTER, registration.uuid, timezone.now(), timedelta(hours=1))
    client = Client()
    client.get(f"/register/confirm/{token}/")

    assert client.get("/register/password/").status_code == 404
    assert client.post("/register/password/", {"password": PASSWORD, "again": PASSWORD}).status_code == 404
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST"])
def test_no_host_that_a_request_names_stands_in_a_mail(settings: Any, header: str) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.PUBLIC_URL = "https://portal.example"
    Client().post("/register/", typed(), **{header: "evil.example"})  # type: ignore[arg-type]

    assert link_in(mail.outbox[0])  # begins with PUBLIC_URL
    assert "evil" not in mail.outbox[0].body


@pytest.mark.django_db
@pytest.mark.parametrize("purpose", [LinkPurpose.INVITATION, LinkPurpose.RESET_PASSWORD])
def test_a_link_for_another_thing_confirms_no_registration(purpose: LinkPurpose) -> None:
    ask(application(), VISITOR, timezone.now())
    token = make(purpose, Registration.objects.get().uuid, timezone.now(), timedelta(hours=1))
    client = Client()
    client.get(f"/register/confirm/{token}/")

    assert client.get("/register/password/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_many_who_use_a_link_at_once_one_opens_the_account() -> None:
    ask(application(), VISITOR, NOON)
    registration = Registration.objects.get()
    token = make(LinkPurpose.REGISTER, registration.uuid, NOON, timedelta(hours=1))
    link = peek(LinkPurpose.REGISTER, token, NOON)
    assert link is not None

    def attempt(number: int) -> User | None:
        try:
            mine = Registration.objects.get(pk=registration.pk)
            return open_applicants_account(link, mine, f"{PASSWORD} {number}", VISITOR, NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(opened is not None for opened in pool.map(attempt, range(6))) == 1
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_token_of_another_session_confirms_nothing() -> None:
    lena = applicant()
    mine, other = uuid4(), uuid4()
    token = known_token(lena, mine, NOON)

    assert take_token(lena, other, token, VISITOR, NOON) is Verification.REPLACED
    assert Registration.objects.get().state == RegistrationState.PHONE
    assert take_token(lena, mine, token, VISITOR, NOON) is Verification.VERIFIED
    assert take_token(lena, mine, token, VISITOR, NOON) is Verification.NONE


@pytest.mark.django_db
def test_a_token_for_one_number_never_confirms_another_not_even_in_a_race() -> None:
    lena, session = applicant(), uuid4()
    token = known_token(lena, session, NOON)
    User.objects.filter(pk=lena.pk).update(phone="+32470998877")  # while the form is on its way

    assert take_token(lena, session, token, VISITOR, NOON) is Verification.NONE
    assert Registration.objects.get().state == RegistrationState.PHONE
    lena.refresh_from_db()
    assert take_token(lena, session, token, VISITOR, NOON) is not Verification.VERIFIED
    assert User.objects.get().phone_confirmed_at is None


@pytest.mark.django_db
def test_a_visitor_who_confirmed_nothing_reaches_no_step(phone: Path) -> None:
    confirms_mail(Client())
    stranger = Client()
    for path in ("/register/phone/", "/register/status/"):
        assert stranger.get(path).status_code == 302
    stranger.post("/register/phone/", {"token": token_in(phone)})
    stranger.post("/register/phone/number/", {"phone": "0470998877"})

    registration = Registration.objects.get()
    assert registration.state == RegistrationState.PHONE
    assert registration.phone == "+32470123447"


@pytest.mark.django_db
def test_a_session_planted_before_the_password_is_not_the_one_that_goes_on(phone: Path) -> None:
    victim = Client()
    victim.post("/register/", typed())
    planted = victim.cookies["session"].value
    victim.get(link_in(mail.outbox[0]))
    victim.post("/register/password/", {"password": PASSWORD, "again": PASSWORD})

    assert victim.cookies["session"].value != planted
    attacker = Client()
    attacker.cookies["session"] = planted
    assert attacker.get("/register/phone/").headers["Location"] == "/register/status/"
    assert attacker.get("/register/status/").headers["Location"].startswith("/login/")


@pytest.mark.django_db
def test_a_mailbox_is_not_filled_and_the_page_says_when_it_goes_on() -> None:
    answers = [Client().post("/register/", typed(first_name=f"Lena {number}")) for number in range(5)]

    assert [answer.status_code for answer in answers] == [302] * 4 + [429]
    assert "You can try again" in answers[-1].content.decode()
    assert 'value="Lena 4"' in answers[-1].content.decode()
    assert len(mail.outbox) == Registration.objects.count() == 4


@pytest.mark.django_db
def test_mass_registration_from_one_address_is_stopped() -> None:
    at = NOON
    allowed = [ask(application(mail=f"n{number}@example.org"), VISITOR, at + SECOND * number) for number in range(25)]

    assert sum(verdict.allowed for verdict in allowed) == 20
    assert len(mail.outbox) == Registration.objects.count() == 20


@pytest.mark.django_db
def test_nobody_has_expensive_numbers_called_without_end(phone: Path) -> None:
    lena, outcomes = applicant(), []
    for number in range(SMS_OF_ACCOUNT.failures + 2):
        lena.phone = f"+3247012{number:04d}"
        outcomes.append(send_token(lena, uuid4(), VISITOR, NOON + SECOND * number).outcome)

    assert outcomes.count(SendOutcome.SENT) == SMS_OF_ACCOUNT.failures
    assert outcomes[-1] is SendOutcome.TOO_MANY
