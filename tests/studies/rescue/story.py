"""Asking for another code, and what comes of it: what the tests of this folder say in one word each."""

import json
import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from accounts.audit.actor import Actor, ActorKind
from studies.access_codes import Birth, enter
from studies.access_codes.entering import complete
from studies.models import (
    AccessCode,
    PatientSecondFactor,
    Rescue,
)
from studies.rescue.asking import ask
from studies.rescue.contacts import Asked
from studies.rescue.handling import handle
from tests.factories.studies import NOON

NUMBER, MAIL = "+32470123447", "anna@example.org"
BORN, WRONG = Birth(14, 9, 1951), Birth(15, 9, 1951)
HOME = "192.0.2.7"
DAY = timedelta(days=1)


def sms(outbox: Path) -> list[dict[str, str]]:
    file = outbox / "sms.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def rescued(contact: str, birth: Birth = BORN, at: object = NOON, address: str = "") -> Rescue:
    """Ask, and have it dealt with."""
    assert ask(Asked(contact, birth), "en", address or f"2001:db8:{uuid4().hex[:4]}::1", at).allowed  # type: ignore[arg-type]
    asked = Rescue.objects.order_by("pk").last()
    assert asked is not None
    handle(asked.uuid, at)  # type: ignore[arg-type]
    asked.refresh_from_db()
    return asked


def code_in(text: str) -> str:
    found = re.search(r"\b([0-9A-Z]{4}-){2}[0-9A-Z]{4}\b", text)
    assert found
    return found[0]


def come_in(text: str) -> AccessCode:
    entry = enter(text, BORN, HOME, NOON)
    assert entry.code is not None
    complete(entry.code, PatientSecondFactor.NONE, Actor(ActorKind.PATIENT, entry.code.uuid), NOON)
    return entry.code
