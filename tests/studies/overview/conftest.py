"""A GP with a browser, and hospitals that send studies without files: lists need none."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.audit.actor import SYSTEM
from accounts.models import Physician
from studies.institutions.services import found_institution
from studies.models import Institution, Participant, ParticipantRole, Study
from studies.overview.listings import refresh_listings
from tests.factories import PatientFactory, PhysicianFactory, RequestFactory, StudyFactory
from tests.factories.accounts import LONG_AGO, log_in
from tests.factories.studies import NOON

Requested = Callable[..., Study]


@pytest.fixture
def hospital(db: None) -> Institution:
    return found_institution(slug="az", name="AZ Sint-Example", city="Brussels", actor=SYSTEM, at=LONG_AGO)


@pytest.fixture
def gp(db: None) -> Physician:
    return PhysicianFactory()


@pytest.fixture
def browser(gp: Physician) -> Client:
    client = Client()
    log_in(client, gp.user)
    return client


@pytest.fixture
def requested(hospital: Institution, gp: Physician) -> Requested:
    """`requested(days_ago=2, description="MR knee")`: a study that the GP requested; `patient`: its fields."""

    def make(days_ago: float = 0, patient: dict[str, Any] | None = None, **study: Any) -> Study:
        request = RequestFactory(patient=PatientFactory(institution=hospital, **(patient or {})))
        Participant.objects.create(
            request=request, role=ParticipantRole.REQUESTER, name="Dubois^Lena", system="riziv", physician=gp
        )
        at = NOON - timedelta(days=days_ago)
        made = StudyFactory(request=request, performed_at=at, **{"arrived_at": at, **study})
        refresh_listings(made)
        return made

    return make
