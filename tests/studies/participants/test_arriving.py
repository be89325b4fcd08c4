"""What is delivered after a number is known, and after it was said that a match is wrong."""

import pytest

from accounts.audit.actor import SYSTEM
from accounts.models import Physician
from accounts.service_desk import services
from studies.archive.examined import Clinician
from studies.models import Institution, Participant, Study
from studies.participants.unmatching import unmatch
from tests.factories import PhysicianFactory
from tests.studies.ingest.arrivals import NOON, Delivery, delivery
from tests.studies.ingest.conftest import institution

from .numbered import RIZIV, lists

__all__ = ["delivery", "institution"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def dubois(institution: Institution) -> Physician:
    physician: Physician = PhysicianFactory()
    services.add_identifier(physician, "BE", RIZIV, "10000100004", SYSTEM, NOON)
    return physician


@pytest.mark.parametrize("written", ["10000100004", "1-00001-00-999", "1 0000 100"])
def test_a_delivery_is_its_physicians_however_the_number_is_written(
    delivery: Delivery, dubois: Physician, written: str
) -> None:
    delivery.arrives(delivery.slice(1, requesters=(Clinician("Dubois^Lena", RIZIV, written),)))
    assert Participant.objects.values_list("digits", "identifier").get() == ("10000100", written)
    assert lists(dubois).count() == 1


def test_a_number_with_a_control_character_is_read_as_it_is_kept(delivery: Delivery, dubois: Physician) -> None:
    """So that what is linked on arrival is found again when the number changes hands."""
    delivery.arrives(delivery.slice(1, requesters=(Clinician("Dubois^Lena", RIZIV, "1000\x000100"),)))
    assert lists(dubois).count() == 1
    services.remove_identifier(dubois.identifiers.get(), SYSTEM, NOON)
    assert not lists(dubois)


def test_an_undone_match_stays_undone_whatever_name_comes_with_the_number_next(
    delivery: Delivery, dubois: Physician
) -> None:
    delivery.arrives(delivery.slice(1))
    unmatch(Participant.objects.get(), "Not her", SYSTEM, NOON)

    delivery.arrives(delivery.slice(2, requesters=(Clinician("Dubois^L", RIZIV, "1-00001-00-004"),)))
    assert Participant.objects.count() == 2
    assert not lists(dubois)


def test_it_counts_for_that_request_alone(delivery: Delivery, dubois: Physician) -> None:
    delivery.arrives(delivery.slice(1))
    unmatch(Participant.objects.get(), "Not her", SYSTEM, NOON)

    another = {"accession_number": "A2", "study_instance_uid": "1.2.2", "series_instance_uid": "1.2.2.1"}
    delivery.arrives(delivery.slice(3, **another, sop_instance_uid="1.2.2.1.3"))
    assert list(lists(dubois)) == [Study.objects.get(study_instance_uid="1.2.2").pk]
