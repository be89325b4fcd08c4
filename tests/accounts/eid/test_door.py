"""From a card that nobody knows to one that opens an account, and off again."""

import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.eid.nonces import forget_nonces
from accounts.models import (
    AuditAction,
    AuditEvent,
    EidCard,
    EidNonce,
    Session,
    SessionKind,
    SignIn,
    SignInFactor,
    User,
)
from studies.models import AppointmentRole
from tests.factories import AppointmentFactory, UserFactory, totp_of
from tests.factories.accounts import PASSWORD, app_of, log_in

from .authority import NUMBER, Authority, Card
from .conftest import Answering
from .door import ORIGIN, Door, bound, refusals

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lena() -> User:
    user = UserFactory(username="lena@example.org")
    app_of(user)
    return user


def words_of(answer: Any) -> str:
    return str(answer.content.decode())


def log_in_by_password(client: Client, user: User, next_path: str = "") -> Any:
    client.post("/login/", {"username": user.username, "password": PASSWORD, "next": next_path})
    return client.post("/login/second-factor/", {"token": totp_of(user)})


def test_a_card_that_nobody_knows_is_bound_by_logging_in_once(door: Door, card: Card, lena: User) -> None:
    assert "Your card opens no account yet" in words_of(door.show(card))
    leads_to = door.client.post("/login/eid/bind/")["Location"]
    assert leads_to == "/login/?next=%2Faccount%2Feid%2F"
    assert "Whoever logs in now binds the card" in words_of(door.client.get(leads_to))
    assert log_in_by_password(door.client, lena, "/account/eid/")["Location"] == "/account/eid/"
    assert "An e-ID opens your account" in words_of(door.client.get("/account/eid/"))
    assert EidCard.objects.get().user == lena
    row = AuditEvent.objects.get(action=AuditAction.EID_BOUND)
    assert (row.actor, row.details) == (lena.uuid, {"account": str(lena.uuid)})
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["lena@example.org"], "An e-ID was bound to your account")
    assert NUMBER not in letter.body

    elsewhere = Door(Client(), ORIGIN)
    assert elsewhere.show(card)["Location"] == "/studies/"
    assert elsewhere.client.get("/studies/").status_code == 200
    session = Session.objects.filter(kind=SessionKind.ACCOUNT).latest("created_at")
    assert (session.user, SignIn.objects.latest("at").factor) == (lena, SignInFactor.EID)


def test_a_login_that_follows_later_than_five_minutes_binds_nothing(door: Door, card: Card, lena: User) -> None:
    door.show(card)
    door.client.post("/login/eid/bind/")
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        log_in_by_password(door.client, lena)
    assert not EidCard.objects.exists()


def test_a_login_without_that_wish_binds_nothing(door: Door, card: Card, lena: User) -> None:
    door.show(card)
    log_in_by_password(door.client, lena)
    assert not EidCard.objects.exists()


@pytest.mark.parametrize("address", ["/login/eid/bind/", "/login/eid/register/"])
def test_without_a_card_there_is_nothing_to_bind(client: Client, address: str) -> None:
    assert client.post(address)["Location"] == "/login/eid/"


def test_who_is_logged_in_binds_a_card_on_their_account_page(door: Door, card: Card, lena: User) -> None:
    log_in(door.client, lena)
    answer = door.post(card.token(ORIGIN, door.nonce()), "/account/eid/")
    assert answer["Location"] == "/account/eid/"
    page = words_of(door.client.get("/account/eid/"))
    assert "Your e-ID is bound to your account." in page
    assert EidCard.objects.get().user == lena


def test_before_a_card_is_bound_or_taken_off_the_factor_is_given_again(door: Door, card: Card, lena: User) -> None:
    log_in(door.client, lena)
    bound(card.certificate, lena)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        again = "/login/again/?next=%2Faccount%2Feid%2F"
        token = card.token(ORIGIN, door.nonce())
        assert door.post(token, "/account/eid/")["Location"] == again
        removing = door.client.post("/account/eid/remove/")
        assert removing["Location"] == "/login/again/?next=%2Faccount%2Feid%2Fremove%2F"
        assert "An e-ID opens your account" in words_of(door.client.get("/account/eid/"))
        EidCard.objects.all().delete()
        assert "please give your second factor once more" in words_of(door.client.get("/account/eid/"))


def test_a_card_opens_one_account_and_the_second_is_told_nothing_of_the_first(
    door: Door, card: Card, lena: User
) -> None:
    first = UserFactory(username="secret@example.org", first_name="Secretive")
    bound(card.certificate, first)
    log_in(door.client, lena)
    page = words_of(door.post(card.token(ORIGIN, door.nonce()), "/account/eid/"))
    assert page.count("This card cannot be bound to this account. Please call the service desk.") == 1
    assert "secret@example.org" not in page
    assert "Secretive" not in page
    assert refusals() == ["card.taken"]
    assert EidCard.objects.get().user == first


def test_an_account_has_one_card(door: Door, card: Card, lena: User, authority: Authority) -> None:
    bound(authority.card("90010112345").certificate, lena)
    log_in(door.client, lena)
    page = words_of(door.post(card.token(ORIGIN, door.nonce()), "/account/eid/"))
    assert "An e-ID is bound to this account already." in page
    assert refusals() == ["account.has_card"]


def test_a_login_goes_on_when_its_card_cannot_be_bound(
    door: Door, card: Card, lena: User, authority: Authority
) -> None:
    bound(authority.card("90010112345").certificate, lena)
    door.show(card)
    door.client.post("/login/eid/bind/")
    assert log_in_by_password(door.client, lena, "/account/eid/")["Location"] == "/account/eid/"
    assert refusals() == ["account.has_card"]


def test_a_new_card_of_the_same_person_opens_the_same_account(
    door: Door, card: Card, lena: User, authority: Authority, answering: Answering
) -> None:
    bound(card.certificate, lena)
    newer = authority.card()
    answering(authority.responder, newer.certificate, authority.certificate)
    assert door.show(newer)["Location"] == "/studies/"


def test_after_a_change_of_keys_the_card_is_known_and_kept_by_the_newest(
    door: Door, card: Card, lena: User, settings: Any
) -> None:
    settings.IDENTITY_KEYS = ["old"]
    older = bound(card.certificate, lena)
    settings.IDENTITY_KEYS = ["new", "old"]
    assert door.show(card)["Location"] == "/studies/"
    newer = EidCard.objects.get()
    assert newer.digest != older.digest
    settings.IDENTITY_KEYS = ["new"]
    assert Door(Client(), ORIGIN).show(card)["Location"] == "/studies/"


def test_taken_off_a_card_opens_nothing_and_the_session_it_began_ends(door: Door, card: Card, lena: User) -> None:
    bound(card.certificate, lena)
    door.show(card)
    assert "this session ends, too" in words_of(door.client.get("/account/eid/remove/"))
    door.client.post("/account/eid/remove/")
    assert door.client.get("/studies/").status_code == 302
    assert AuditEvent.objects.get(action=AuditAction.EID_UNBOUND).details == {"account": str(lena.uuid)}
    assert mail.outbox[-1].subject == "The e-ID was taken off your account"
    assert "Your card opens no account yet" in words_of(Door(Client(), ORIGIN).show(card))


def test_a_closed_account_stays_closed(door: Door, card: Card, lena: User) -> None:
    bound(card.certificate, lena)
    User.objects.update(is_active=False)
    assert "This account is closed at the moment." in words_of(door.show(card))
    assert refusals() == ["account.closed"]
    assert not Session.objects.filter(kind=SessionKind.ACCOUNT).exists()


def test_staff_do_not_come_in_by_card_alone(door: Door, card: Card) -> None:
    worker = AppointmentFactory(role=AppointmentRole.DESK).user
    bound(card.certificate, worker)
    assert "logs in with a password and an authenticator app or a passkey" in words_of(door.show(card))
    assert refusals() == ["account.staff"]


def test_the_login_leads_to_a_page_of_this_portal_only(door: Door, card: Card, lena: User) -> None:
    bound(card.certificate, lena)
    for path, leads_to in [("/groups/", "/groups/"), ("//evil.example", "/studies/"), ("javascript:1", "/studies/")]:
        browser = Door(Client(), ORIGIN)
        answer = browser.client.post("/login/eid/", {"token": card.token(ORIGIN, browser.nonce()), "next": path})
        assert answer["Location"] == leads_to


def test_the_session_before_the_login_opens_nothing(door: Door, card: Card, lena: User) -> None:
    bound(card.certificate, lena)
    door.nonce()
    planted = door.client.cookies["session"].value
    door.show(card)
    thief = Client()
    thief.cookies["session"] = planted
    assert thief.get("/studies/").status_code == 302


def test_elsewhere_than_in_belgium_there_is_no_such_page(client: Client, settings: Any) -> None:
    assert "/login/eid/" in words_of(client.get("/login/"))
    settings.ENVIRONMENT = "NL"
    settings.ENVIRONMENTS = {"NL": settings.PUBLIC_URL}
    assert "/login/eid/" not in words_of(client.get("/login/"))
    for address in ("/login/eid/", "/account/eid/", "/account/eid/remove/"):
        assert client.get(address).status_code == 404
    for address in ("/login/eid/", "/login/eid/nonce/", "/login/eid/bind/", "/login/eid/register/"):
        assert client.post(address).status_code == 404


def test_too_many_tries_wait_and_those_that_were_right_do_not_count(
    door: Door, card: Card, lena: User, settings: Any
) -> None:
    bound(card.certificate, lena)
    for _ in range(3):
        assert Door(Client(), ORIGIN).show(card).status_code == 302
    for _ in range(60):
        assert door.client.post("/login/eid/nonce/").status_code == 200
    refused = door.client.post("/login/eid/nonce/")
    assert refused.status_code == 429
    assert "You can try again at" in refused.json()["sentence"]
    audited = AuditEvent.objects.count()
    assert "You can try again at" in words_of(Door(Client(), ORIGIN).post("x" * 200))
    assert AuditEvent.objects.count() == audited


def test_a_number_is_long_and_another_each_time(door: Door, settings: Any) -> None:
    first, second = door.nonce(), door.nonce()
    assert (len(first), first == second) == (44, False)
    assert EidNonce.objects.get().nonce == second
    at = timezone.now()
    assert forget_nonces(at) == 0
    assert forget_nonces(at + timedelta(minutes=5)) == 1


def test_a_refusal_is_logged_by_its_reason_alone(door: Door, card: Card, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "pacsonweb.eid"):
        door.show(card, format="web-eid:9.9")
    (line,) = [line for line in caplog.records if line.name == "pacsonweb.eid"]
    assert (line.getMessage(), line.fields) == ("eid.refused", {"reason": "token.format"})  # type: ignore[attr-defined]
