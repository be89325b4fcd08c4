"""The account's card once more, before a sensitive deed."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from cryptography.x509 import ocsp
from django.test import Client
from django.utils import timezone

from accounts.models import AuditAction, AuditEvent, EidCard, SignInFactor, User
from studies.models import AppointmentRole
from tests.factories import AppointmentFactory, PhysicianFactory, UserFactory
from tests.factories.accounts import app_of, log_in, phone_of

from .authority import Authority, Card
from .conftest import Answering
from .door import Door, bound, refusals

pytestmark = pytest.mark.django_db(transaction=True)

BY_SMS = "You logged in with a token by SMS."
AGAIN, BY_CARD, DEVICES = "/login/again/", "/login/again/eid/", "/account/devices/add/app/"


def words_of(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def lena(client: Client, card: Card) -> User:
    """Logged in with her card for a quarter of an hour; she has nothing else."""
    user: User = PhysicianFactory(user__username="lena@example.org").user
    held = bound(card.certificate, user)
    with time_machine.travel(timezone.now() - timedelta(minutes=15)):
        log_in(client, user, held, SignInFactor.EID)
    return user


def test_whoever_has_a_card_alone_is_asked_for_it_and_led_back(door: Door, card: Card, lena: User) -> None:
    client = door.client
    asked = client.get(DEVICES)["Location"]
    assert client.get(asked)["Location"] == BY_CARD
    assert "Go on with my e-ID" in client.get(BY_CARD).content.decode()
    answer = door.post(card.token(door.origin, door.nonce()), BY_CARD)
    assert (answer.status_code, answer["Location"]) == (302, DEVICES)
    assert client.get(DEVICES).status_code == 200
    row = AuditEvent.objects.get(action=AuditAction.FACTOR_ASKED_AGAIN)
    assert (row.actor, row.details["factor"]) == (lena.uuid, "eid")
    assert EidCard.objects.get().last_used_at is not None


def test_beside_an_app_the_card_is_another_way(door: Door, lena: User) -> None:
    app_of(lena)
    assert "With my e-ID" in door.client.get(AGAIN).content.decode()
    assert door.client.get(f"{AGAIN}?way=eid")["Location"] == BY_CARD


def test_whoever_has_nothing_else_is_offered_nothing_else(door: Door, lena: User) -> None:
    assert "Another way" not in door.client.get(BY_CARD).content.decode()
    app_of(lena)
    assert f'href="{AGAIN}?way=totp"' in door.client.get(BY_CARD).content.decode()


def test_a_card_makes_up_for_a_login_by_sms(door: Door, card: Card, lena: User) -> None:
    phone = phone_of(lena)
    log_in(door.client, lena, phone)
    assert BY_SMS in door.client.get("/studies/").content.decode()
    door.post(card.token(door.origin, door.nonce()), BY_CARD)
    assert BY_SMS not in door.client.get("/studies/").content.decode()
    phone.delete()
    assert door.client.get("/studies/").status_code == 200
    EidCard.objects.all().delete()
    assert door.client.get("/studies/").status_code == 302


def test_a_card_takes_nothing_from_a_login_by_an_app(door: Door, card: Card, lena: User) -> None:
    log_in(door.client, lena)
    door.post(card.token(door.origin, door.nonce()), BY_CARD)
    EidCard.objects.all().delete()
    assert door.client.get("/studies/").status_code == 200


def test_what_a_card_signed_once_proves_nothing_again(door: Door, card: Card, lena: User) -> None:
    token = card.token(door.origin, door.nonce())
    assert door.post(token, BY_CARD).status_code == 302
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert "was used already" in words_of(door.post(token, BY_CARD))
        assert door.client.get(DEVICES).status_code == 302
    assert refusals() == ["nonce.used_or_never_given"]


def test_what_was_signed_for_another_session_proves_nothing(door: Door, card: Card, lena: User) -> None:
    for_a_login = card.token(door.origin, Door(Client(), door.origin).nonce())
    door.nonce()
    assert "does not belong to this login" in words_of(door.post(for_a_login, BY_CARD))
    assert door.client.get(DEVICES).status_code == 302
    assert refusals() == ["signature.wrong"]


def test_a_blocked_card_proves_nothing(
    door: Door, card: Card, authority: Authority, answering: Answering, lena: User
) -> None:
    blocked = authority.responder.answering(status=ocsp.OCSPCertStatus.REVOKED)
    answering(blocked, card.certificate, authority.certificate)
    assert "Your card was blocked" in words_of(door.post(card.token(door.origin, door.nonce()), BY_CARD))
    assert door.client.get(DEVICES).status_code == 302
    assert refusals() == ["ocsp.revoked"]


def test_somebody_elses_card_proves_nothing(door: Door, authority: Authority, answering: Answering, lena: User) -> None:
    others = authority.card(number="80010100107")
    answering(authority.responder, others.certificate, authority.certificate)
    bound(others.certificate, UserFactory())
    page = words_of(door.post(others.token(door.origin, door.nonce()), BY_CARD))
    assert "This card does not open your account" in page
    assert refusals() == ["card.others"]
    assert door.client.get(DEVICES).status_code == 302


def test_staff_shows_no_card(door: Door, card: Card, lena: User) -> None:
    app_of(lena)
    AppointmentFactory(user=lena, role=AppointmentRole.DESK)
    assert "With my e-ID" not in door.client.get(AGAIN).content.decode()
    assert door.post(card.token(door.origin, door.nonce()), BY_CARD).status_code == 200
    assert refusals() == ["account.staff"]


def test_outside_belgium_there_is_no_such_way(door: Door, lena: User, settings: Any) -> None:
    settings.ENVIRONMENT, settings.ENVIRONMENTS = "NL", {"NL": settings.PUBLIC_URL}
    assert door.client.get(BY_CARD).status_code == 404
    assert "One thing is missing" in door.client.get(AGAIN).content.decode()
