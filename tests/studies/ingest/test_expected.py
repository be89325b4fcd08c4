"""A study that was ordered stands in the lists before its images come, and they find it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import IdentifierKind, PhysicianIdentifier
from studies.archive.examined import Identity
from studies.ingest.expected import expect
from studies.models import Institution, Listing, Study
from tests.factories import PhysicianFactory

from .arrivals import ANNA, NOON, Delivery

ORDER: Identity = replace(
    ANNA, study_instance_uid="", series_instance_uid="", sop_instance_uid="", sop_class_uid="", transfer_syntax_uid=""
)


def test_the_requester_sees_in_the_list_what_was_only_ordered(institution: Institution) -> None:
    dubois = PhysicianFactory()
    PhysicianIdentifier.objects.create(physician=dubois, country="BE", kind=IdentifierKind.RIZIV, value="10000100004")

    study = expect(institution, ORDER, NOON)

    assert (study.study_instance_uid, study.arrived_at) == (None, None)
    assert study.request.patient.display_name == "Anna Peeters"
    assert list(Listing.objects.values_list("physician", "study", "requester")) == [(dubois.pk, study.pk, True)]


def test_the_images_take_the_place_that_was_kept_for_them(institution: Institution, delivery: Delivery) -> None:
    study = expect(institution, ORDER, NOON)

    delivery.arrives(delivery.slice(1), at=NOON + timedelta(hours=2))

    study.refresh_from_db()
    assert Study.objects.count() == 1
    assert (study.study_instance_uid, study.arrived_at) == ("1.2.1", NOON + timedelta(hours=2))


def test_the_same_order_twice_awaits_one_study(institution: Institution) -> None:
    assert expect(institution, ORDER, NOON) == expect(institution, ORDER, NOON + timedelta(minutes=1))
    assert Study.objects.count() == 1


def test_an_order_of_another_modality_adds_a_study_to_the_request(institution: Institution) -> None:
    first, second = expect(institution, ORDER, NOON), expect(institution, replace(ORDER, modality="DX"), NOON)

    assert first != second
    assert first.request == second.request


def test_an_order_without_an_accession_number_is_refused(institution: Institution) -> None:
    with pytest.raises(ValueError, match="accession number"):
        expect(institution, replace(ORDER, accession_number=""), NOON)
    assert not Study.objects.exists()
