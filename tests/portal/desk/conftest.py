"""The desk of AZ Sint-Example: Dora works there, Anna Peeters stands at the counter."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from studies.access_codes import IssuedCode, issue
from studies.institutions.services import found_institution
from studies.models import AppointmentRole, Institution, Request
from tests.factories import AppointmentFactory, PatientFactory, RequestFactory, StudyFactory
from tests.factories.accounts import LONG_AGO, log_in

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response


@dataclass(frozen=True)
class Counter:
    """Dora's browser, and the pages she opens."""

    browser: Client

    def page(self, address: str = "/desk/") -> str:
        return " ".join(self.browser.get(address).content.decode().split())

    def find(self, text: str) -> "Response":
        return self.browser.post("/desk/search/", {"sought": text}, follow=True)

    def at(self, request: Request) -> str:
        return f"/desk/requests/{request.uuid}/"

    def form(self, request: Request, **typed: object) -> dict[str, object]:
        """What the form of a new code holds, and what is typed over it."""
        page = self.browser.get(self.at(request)).context["page"]
        filled = {name: page.forms.code[name].value() for name in page.forms.code.fields}
        return {name: value for name, value in (filled | typed).items() if value is not None}

    def print_letter(self, request: Request, **typed: object) -> "Response":
        return self.browser.post(self.at(request) + "letter/", self.form(request, **typed))

    def send(self, request: Request, channel: str, **typed: object) -> "Response":
        form = self.form(request, **typed) | {"channel": channel}
        return self.browser.post(self.at(request) + "send/", form, follow=True)


@pytest.fixture
def hospital() -> Institution:
    return found_institution(
        slug="az",
        name="AZ Sint-Example",
        city="Brussels",
        country="BE",
        desk_phone="+32 2 555 01 00",
        actor=SYSTEM,
        at=LONG_AGO,
    )


@pytest.fixture
def annas(hospital: Institution) -> Request:
    patient = PatientFactory(institution=hospital, mobile="+32470123447", mail="anna@mail.example")
    request = RequestFactory(patient=patient, accession_number="A-2026-77")
    StudyFactory(request=request)
    return request


@pytest.fixture
def code(annas: Request) -> IssuedCode:
    return issue(annas, SYSTEM, timezone.now())


@pytest.fixture
def counter(hospital: Institution) -> Counter:
    return working_at(hospital)


def working_at(*hospitals: Institution, role: AppointmentRole = AppointmentRole.DESK) -> Counter:
    """Somebody who works at these desks, logged in."""
    first = AppointmentFactory(institution=hospitals[0], role=role)
    for other in hospitals[1:]:
        AppointmentFactory(institution=other, role=role, user=first.user)
    browser = Client()
    log_in(browser, first.user)
    return Counter(browser)


@pytest.fixture
def messages_sent(tmp_path: Path, settings: object) -> Callable[[], str]:
    """What went out by SMS, as one text."""
    settings.SMS_URL = f"file://{tmp_path}"  # type: ignore[attr-defined]
    sent = tmp_path / "sms.jsonl"
    return lambda: sent.read_text() if sent.exists() else ""
