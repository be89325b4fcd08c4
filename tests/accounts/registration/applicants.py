"""Lena Dubois asks for an account: what she types, and what she finds in her mail and on her phone."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import mail
from django.http import HttpResponse
from django.test import Client

from accounts.audit.actor import Actor, ActorKind
from accounts.challenges.services import send
from accounts.challenges.values import Message
from accounts.links.services import make, peek
from accounts.models import (
    ChallengeChannel,
    IdentifierKind,
    LinkPurpose,
    Profession,
    Registration,
    RegistrationState,
    User,
)
from accounts.registration.asking import Application, ClaimedNumber, ask
from accounts.registration.confirming import application_of, open_applicants_account
from accounts.registration.first_number import occasion_of

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
PASSWORD = "copper lantern by the ferry"
MAIL = "lena.dubois@praktijk.example"
PHONE = "+32470123447"
GOOD_RIZIV = "11234578004"
VISITOR = Actor(ActorKind.VISITOR, address="192.0.2.7")


def typed(**changes: str) -> dict[str, str]:
    """The form as Lena fills it in."""
    return {
        "profession": "physician",
        "speciality": "",
        "title": "Dr",
        "first_name": "Lena",
        "last_name": "Dubois",
        "country": "BE",
        "practice": "Praktijk Sint-Example, Brussels",
        "register_1": "riziv",
        "number_1": "1-12345-78-004",
        "register_2": "riziv",
        "number_2": "",
        "mail": MAIL,
        "phone": "0470 12 34 47",
        "language": "en",
        "looked_at": "",
    } | changes


def application(**changes: Any) -> Application:
    said: dict[str, Any] = {
        "profession": Profession.PHYSICIAN,
        "speciality": "",
        "title": "Dr",
        "first_name": "Lena",
        "last_name": "Dubois",
        "country": "BE",
        "practice": "Praktijk Sint-Example, Brussels",
        "mail": MAIL,
        "phone": PHONE,
        "language": "en",
        "numbers": (ClaimedNumber(IdentifierKind.RIZIV, "BE", GOOD_RIZIV),),
    }
    return Application(**(said | changes))


def link_in(letter: mail.EmailMessage) -> str:
    """The path of the link in a mail, which is this portal's."""
    found = re.search(r"^(\S+)/(register/confirm|invitation)/(\S+)/$", str(letter.body), re.MULTILINE)
    assert found, letter.body
    assert found.group(1) == settings.PUBLIC_URL
    return f"/{found.group(2)}/{found.group(3)}/"


def texts(folder: Path) -> list[dict[str, str]]:
    """The text messages that were sent into this folder."""
    return [json.loads(line) for line in (folder / "sms.jsonl").read_text().splitlines()]


def token_in(folder: Path) -> str:
    found = re.search(r"\d{6}", texts(folder)[-1]["text"])
    assert found
    return found.group()


def confirms_mail(client: Client, password: str = PASSWORD) -> HttpResponse:
    """Lena asks, opens her mail's link and chooses a password."""
    client.post("/register/", typed())
    client.get(link_in(mail.outbox[-1]))
    return client.post("/register/password/", {"password": password, "again": password})  # type: ignore[return-value]


def registered(
    at: datetime = NOON, state: RegistrationState = RegistrationState.WAITING, **changes: Any
) -> Registration:
    """A registration with its account, as the service desk finds it."""
    said = application(**changes)
    ask(said, VISITOR, at)
    registration = Registration.objects.get(mail=said.mail, state=RegistrationState.MAIL)
    link = peek(LinkPurpose.REGISTER, make(LinkPurpose.REGISTER, registration.uuid, at, timedelta(hours=1)), at)
    assert link is not None
    assert application_of(link) == registration
    assert open_applicants_account(link, registration, PASSWORD, VISITOR, at)
    confirmed = {"phone_confirmed_at": None if state == RegistrationState.PHONE else at}
    Registration.objects.filter(pk=registration.pk).update(state=state, **confirmed)
    User.objects.filter(username=said.mail).update(**confirmed)
    registration.refresh_from_db()
    return registration


def known_token(user: User, session: UUID, at: datetime) -> str:
    """The token of a message that was sent for this session."""
    sent: list[str] = []

    def words(token: str) -> Message:
        sent.append(token)
        return Message(token)

    send(occasion_of(user, session, VISITOR), ChallengeChannel.SMS, user.phone, words, at)
    return sent[0]
