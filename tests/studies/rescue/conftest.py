"""Anna lost her letter; the hospital holds her number and her mail address."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from accounts.audit.actor import SYSTEM
from studies.access_codes import IssuedCode, issue
from studies.institutions.services import found_institution
from studies.models import Institution, Patient, Request
from tests.factories import PatientFactory, RequestFactory, StudyFactory
from tests.factories.studies import NOON

from .story import MAIL, NUMBER


@pytest.fixture
def hospital() -> Institution:
    return found_institution(slug="az", name="AZ Sint-Example", city="Brussels", actor=SYSTEM, at=NOON)


@pytest.fixture
def anna(hospital: Institution) -> Patient:
    return PatientFactory(institution=hospital, mobile=NUMBER, mail=MAIL, language="nl")


@pytest.fixture
def annas(anna: Patient) -> Request:
    request: Request = StudyFactory(request=RequestFactory(patient=anna)).request
    return request


@pytest.fixture
def lost(annas: Request) -> IssuedCode:
    return issue(annas, SYSTEM, NOON - timedelta(days=2))


@pytest.fixture(autouse=True)
def outbox(settings: LazySettings, tmp_path: Path) -> Path:
    """Where messages by SMS land."""
    settings.SMS_URL = f"file://{tmp_path}"
    return tmp_path
