"""Anna, her hospital, and the phone and mailbox that its tokens land in."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from studies.access_codes.services import Wishes, issue_as_wished
from studies.models import AccessCode, CodeChannel, Institution, PatientSecondFactor, Request

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

BORN = {"day": "14", "month": "9", "year": "1951"}
PRICED = {"price_minor": 500, "free_copy_text": "Ask at the desk."}
NUMBER, ADDRESS = "+32470123447", "anna.peeters@mail.example"
NONE, OTP, SMS = PatientSecondFactor.NONE, PatientSecondFactor.OTP, PatientSecondFactor.SMS


@dataclass(frozen=True)
class House:
    """`anna` is her request; text messages lie in `folder`."""

    hospital: Institution
    anna: Request
    folder: Path

    def asks(self, factor: PatientSecondFactor, **settings: Any) -> None:
        Institution.objects.filter(pk=self.hospital.pk).update(patient_second_factor=factor, **settings)
        self.anna.institution.refresh_from_db()

    def code(self, sent_by: CodeChannel = CodeChannel.LETTER, **wishes: Any) -> str:
        wished = Wishes(sent_by=sent_by, **wishes)
        return issue_as_wished(self.anna, wished, SYSTEM, timezone.now()).text

    def texts(self) -> list[dict[str, str]]:
        file = self.folder / "sms.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def token(self) -> str:
        """The newest one by SMS."""
        return first_six(self.texts()[-1]["text"])

    def mailed(self) -> str:
        return first_six(str(mail.outbox[-1].body))


def first_six(text: str) -> str:
    found = re.search(r"\d{6}", text)
    assert found, text
    return found.group()


def come_in(browser: Client, code: str, **birth: str) -> "Response":
    return browser.post("/patient/", {"code": code, **(birth or BORN)})


def type_token(browser: Client, token: str) -> "Response":
    return browser.post("/patient/token/", {"token": token})


def text_of(response: "Response") -> str:
    return " ".join(response.content.decode().split())


def is_in(browser: Client) -> bool:
    return browser.get("/patient/request/").status_code == 200


def wrong(token: str) -> str:
    return f"{(int(token) + 1) % 10 ** len(token):0{len(token)}d}"


def only_code() -> AccessCode:
    return AccessCode.objects.get()
