"""A hospital that asks a price, a patient with a code, and the payment services."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from portal.checkout import mollie, stripe
from studies.access_codes.services import IssuedCode, issue
from studies.institutions.services import found_institution
from studies.models import Institution, Request
from tests.factories import PatientFactory, RequestFactory, StudyFactory

from .till import Till, open_till

PRICE = 1250
FREE_COPY = "Ask the desk for a disc: it costs nothing."
ANNA = {"day": "14", "month": "9", "year": "1951"}


@pytest.fixture
def hospital() -> Institution:
    return found_institution(
        slug="az-sint-example",
        name="AZ Sint-Example",
        city="Brussels",
        desk_phone="+32 2 555 01 00",
        price_minor=PRICE,
        free_copy_text=FREE_COPY,
        actor=SYSTEM,
        at=timezone.now(),
    )


@pytest.fixture
def annas(hospital: Institution) -> Request:
    request = RequestFactory(patient=PatientFactory(institution=hospital))
    StudyFactory(request=request)
    return request


@pytest.fixture
def issued(annas: Request) -> IssuedCode:
    return issue(annas, SYSTEM, timezone.now())


@pytest.fixture
def till() -> Iterator[Till]:
    with open_till() as till:
        yield till


@pytest.fixture
def impatient(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """The portal waits less long than usual, so that a late answer does not keep the suite."""
    for sdk in (mollie, stripe):
        monkeypatch.setattr(sdk, "TIMEOUT_SECONDS", (1, 1))
    till.late = 1.8


Url = Callable[[Till], str]
URLS: dict[str, Url] = {
    "mollie": lambda till: f"mollie://test_key@/?api={till.address}",
    "stripe": lambda till: f"stripe://sk_test@/?api={till.address}",
}


@pytest.fixture(params=list(URLS))
def service(request: pytest.FixtureRequest, till: Till, settings: Any) -> str:
    """Each of the real SDKs in turn, against the stand-in; its name."""
    settings.PAYMENT_URL = URLS[request.param](till)
    return str(request.param)


def come_in(client: Client, issued: IssuedCode) -> Any:
    return client.post("/patient/", {"code": issued.text, **ANNA})


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())
