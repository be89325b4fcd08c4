"""A patient keeps the code open longer from the page itself, within what the hospital allows."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent
from studies.access_codes import issue
from studies.institutions.services import found_institution
from studies.models import AccessCode, Patient, Request
from tests.factories import PatientFactory, StudyFactory
from tests.factories.accounts import enter_as_patient

pytestmark = pytest.mark.django_db
KEEP = "Keep it open until"


@pytest.fixture
def annas() -> Request:
    hospital = found_institution(slug="az", name="AZ Sint-Example", actor=SYSTEM, at=timezone.now())
    request: Request = StudyFactory(request__patient=PatientFactory(institution=hospital)).request
    return request


def came_in(request: Request, days_ago: int) -> Client:
    client = Client()
    enter_as_patient(client, issue(request, SYSTEM, timezone.now() - timedelta(days=days_ago)).code.uuid)
    return client


def test_the_page_offers_it_and_says_until_when(annas: Request) -> None:
    client = came_in(annas, 20)
    before = AccessCode.objects.get().expires_at
    assert KEEP in client.get("/patient/request/").content.decode()
    page = client.post("/patient/request/longer/", follow=True).content.decode()
    assert "Your code works until" in page
    assert KEEP not in page
    assert AccessCode.objects.get().expires_at - before == pytest.approx(timedelta(days=20), abs=timedelta(minutes=1))
    assert AuditEvent.objects.get(action=AuditAction.CODE_RENEWED).actor_kind == "patient"


def test_a_fresh_code_and_one_of_somebody_represented_are_not_offered_it(annas: Request) -> None:
    assert KEEP not in came_in(annas, 0).get("/patient/request/").content.decode()
    Patient.objects.update(is_represented=True)
    AccessCode.objects.all().delete()
    code = AccessCode.objects.create(
        request=annas,
        key_id="0",
        mac="0",
        issued_at=timezone.now() - timedelta(days=20),
        expires_at=timezone.now() + timedelta(days=10),
    )
    client = Client()
    enter_as_patient(client, code.uuid)
    assert KEEP not in client.get("/patient/request/").content.decode()
    page = client.post("/patient/request/longer/", follow=True).content.decode()
    assert "as long as the hospital allows" in page
    assert AccessCode.objects.get().expires_at == code.expires_at
