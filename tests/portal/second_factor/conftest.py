"""Anna's request at Sint-Example, with images; her number and her address are held there."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from studies.institutions.services import found_institution
from tests.factories import PatientFactory, RequestFactory, StudyFactory

from .house import ADDRESS, NUMBER, House


def house_at(settings: LazySettings, folder: Path) -> House:
    """Her hospital; text messages land in the folder."""
    settings.SMS_URL = f"file://{folder}"
    hospital = found_institution(
        slug="az",
        name="AZ Sint-Example",
        city="Brussels",
        desk_phone="+32 2 555 01 00",
        actor=SYSTEM,
        at=timezone.now(),
    )
    anna = RequestFactory(patient=PatientFactory(institution=hospital, mobile=NUMBER, mail=ADDRESS))
    StudyFactory(request=anna)
    return House(hospital, anna, folder)


@pytest.fixture
def house(db: None, settings: LazySettings, tmp_path: Path) -> House:
    return house_at(settings, tmp_path)
