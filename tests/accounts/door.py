"""How somebody goes through the professionals' door in these tests."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import Passkey, Session, SessionKind, User
from accounts.second_factor.passkeys import read_new_credential
from accounts.second_factor.services import add_passkey
from tests.factories.accounts import PASSWORD
from tests.factories.passkeys import Authenticator, raw, text

SECOND = "/login/second-factor/"


def type_password(client: Client, user: User, next_path: str = "", **extra: Any) -> HttpResponseBase:
    form = {"username": user.username, "password": PASSWORD, "next": next_path}
    answer: HttpResponseBase = client.post("/login/", form, **extra)
    return answer


def options_of(client: Client, address: str) -> dict[str, Any]:
    """What the page asks the browser's passkeys for."""
    answer = client.post(address)
    assert answer.status_code == 200, answer.status_code
    options: dict[str, Any] = json.loads(answer.json()["options"])
    return options


def asked_in_second_step(client: Client) -> dict[str, Any]:
    return options_of(client, f"{SECOND}passkey/")


def show_passkey(client: Client, answer: str, **extra: str) -> Any:
    return client.post(f"{SECOND}?way=passkey", {"way": "passkey", "credential": answer, **extra})


def is_in(client: Client) -> UUID | None:
    """Whose session the browser has, None for nobody's."""
    if client.get("/account/sessions/").status_code != 200:
        return None
    key_hash = hashlib.sha256(client.cookies["session"].value.encode()).hexdigest()
    user = Session.objects.select_related("user").get(key_hash=key_hash, kind=SessionKind.ACCOUNT).user
    assert user is not None
    return user.uuid


def passkey_of(user: User, authenticator: Authenticator) -> Passkey:
    """The user's passkey in this authenticator, added as the page of devices adds it."""
    challenge = b"a challenge of the page of devices"
    made = read_new_credential(authenticator.create({"challenge": text(challenge)}), challenge)
    assert made is not None
    assert raw(made.credential_id) == authenticator.number
    return add_passkey(user, "key", made, SYSTEM, timezone.now())


def newest_token(messages: Path) -> str:
    found = re.search(r"\d{6}", json.loads(messages.read_text().splitlines()[-1])["text"])
    assert found
    return found.group()


def secret_on(page: str) -> str:
    found = re.search(r'class="secret"><code>([A-Z2-7 ]+)</code>', page)
    assert found
    assert all(len(group) == 4 for group in found.group(1).split())
    return found.group(1).replace(" ", "")
