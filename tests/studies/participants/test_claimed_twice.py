"""A number that two people say is theirs: nobody's until the service desk decides, and then one's."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.audit.actor import SYSTEM
from accounts.models import IdentifierClaim, Physician, PhysicianIdentifier
from accounts.registration.claims import accept_claim, claim_identifier
from accounts.service_desk import services
from studies.institutions.services import found_institution
from studies.models import Institution, Study
from studies.participants.matching import match_again
from tests.factories import PatientFactory, PhysicianFactory, RequestFactory, StudyFactory
from tests.factories.accounts import LONG_AGO, log_in
from tests.factories.studies import NOON

from .numbered import RIZIV, named

pytestmark = pytest.mark.django_db


@pytest.fixture
def hospital() -> Institution:
    return found_institution(slug="az", name="AZ Sint-Example", city="Brussels", actor=SYSTEM, at=LONG_AGO)


@pytest.fixture
def study(hospital: Institution) -> Study:
    request = RequestFactory(patient=PatientFactory(institution=hospital))
    return named("1-00123-45-004", study=StudyFactory(request=request, description="MR of the left knee"))


def sees(physician: Physician) -> bool:
    """Whether the study stands in the overview of whoever logs in."""
    browser = Client()
    log_in(browser, physician.user)
    return b"MR of the left knee" in browser.get("/studies/").content


def claim(physician: Physician, value: str) -> IdentifierClaim:
    return claim_identifier(physician, "BE", RIZIV, value, None, SYSTEM, NOON)


def test_the_desk_decides_whose_it_is(study: Study) -> None:
    dubois, mallory = PhysicianFactory(), PhysicianFactory()
    true, false = claim(dubois, "10012345004"), claim(mallory, "10012345999")
    assert not sees(dubois)
    assert not sees(mallory)

    accept_claim(true, SYSTEM, NOON)
    assert sees(dubois)
    with pytest.raises(ValidationError):
        accept_claim(false, SYSTEM, NOON)
    assert sees(dubois)
    assert not sees(mallory)


def test_claiming_a_number_takes_it_from_nobody(study: Study) -> None:
    dubois = PhysicianFactory()
    services.add_identifier(dubois, "BE", RIZIV, "10012345004", SYSTEM, NOON)
    claim(PhysicianFactory(), "10012345004")
    match_again([(RIZIV, "10012345004")])
    assert sees(dubois)


def test_held_by_two_it_is_nobodys_until_the_desk_takes_it_from_one(study: Study) -> None:
    dubois, mallory = PhysicianFactory(), PhysicianFactory()
    services.add_identifier(dubois, "BE", RIZIV, "10012345004", SYSTEM, NOON)
    assert sees(dubois)
    doubtful = PhysicianIdentifier.objects.create(physician=mallory, country="BE", kind=RIZIV, value="10012345005")
    match_again([(RIZIV, "10012345005")])
    assert not sees(dubois)
    assert not sees(mallory)

    services.remove_identifier(doubtful, SYSTEM, NOON)
    assert sees(dubois)
    assert not sees(mallory)
