"""Requests follow the numbers of physicians: verified later, held by another, suspended."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.audit.actor import SYSTEM
from accounts.models import IdentifierKind, Physician, PhysicianIdentifier, SuspensionReason
from accounts.service_desk import services, suspending
from studies.ingest.physicians import trusted_holders
from studies.models import Listing, Participant, ParticipantRole, Study
from studies.participants.matching import match_again
from tests.factories import PhysicianFactory, StudyFactory
from tests.factories.studies import NOON

pytestmark = pytest.mark.django_db
RIZIV, RPPS = IdentifierKind.RIZIV, IdentifierKind.RPPS


def named(identifier: str, system: str = RIZIV) -> Study:
    """A study whose request names somebody by a number, as it arrived."""
    study: Study = StudyFactory()
    role = ParticipantRole.REQUESTER
    Participant.objects.create(request=study.request, role=role, system=system, identifier=identifier, name="Dubois^L")
    return study


def lists(physician: Physician) -> QuerySet[Listing, int]:
    return Listing.objects.filter(physician=physician).order_by("study").values_list("study", flat=True)


def test_what_came_before_a_verification_is_listed_with_it() -> None:
    plain, dashed, short = named("10012345004"), named("1-00123-45-999"), named("1.00123.45")
    named("10012346004")
    named("10012345004", "local")
    dubois = PhysicianFactory(verified_at=None)
    services.add_identifier(dubois, "BE", RIZIV, "10012345", SYSTEM, NOON)
    assert not lists(dubois)

    services.verify_physician(dubois, SYSTEM, NOON)
    assert list(lists(dubois)) == [plain.pk, dashed.pk, short.pk]


def test_a_number_of_another_register_counts_whole() -> None:
    study = named("10001234567", RPPS)
    named("100012345678", RPPS)
    dubois = PhysicianFactory()
    services.add_identifier(dubois, "FR", RPPS, "10001234567", SYSTEM, NOON)
    assert list(lists(dubois)) == [study.pk]


def test_a_removed_number_takes_its_requests_along() -> None:
    named("10012345004")
    dubois = PhysicianFactory()
    identifier = services.add_identifier(dubois, "BE", RIZIV, "10012345", SYSTEM, NOON)
    services.remove_identifier(identifier, SYSTEM, NOON)
    assert not lists(dubois)

    maes = PhysicianFactory()
    services.add_identifier(maes, "BE", RIZIV, "10012345", SYSTEM, NOON)
    assert lists(maes).count() == 1


@pytest.mark.parametrize("identifier", ["RIZIV10012345004", "10012345_004", "1001·2345", "100123450x4"])
def test_a_number_with_anything_else_in_it_is_nobodys(identifier: str) -> None:
    """Whatever was linked as it arrived must be found again when the number is taken away."""
    dubois = PhysicianFactory()
    services.add_identifier(dubois, "BE", RIZIV, "10012345", SYSTEM, NOON)
    assert trusted_holders({(RIZIV, identifier)}) == {}
    assert trusted_holders({(RIZIV, "1.00-123/45 004")}) == {(RIZIV, "1.00-123/45 004"): dubois}


def test_a_riziv_number_with_other_last_digits_is_not_given_to_somebody_else() -> None:
    dubois, mallory = PhysicianFactory(), PhysicianFactory()
    services.add_identifier(dubois, "BE", RIZIV, "10012345004", SYSTEM, NOON)
    services.add_identifier(dubois, "BE", RIZIV, "10012345999", SYSTEM, NOON)
    with pytest.raises(ValidationError):
        services.add_identifier(mallory, "BE", RIZIV, "10012345005", SYSTEM, NOON)


def test_a_number_that_two_hold_all_the_same_is_nobodys() -> None:
    study = named("10012345004")
    for last in ("004", "005"):
        PhysicianIdentifier.objects.create(
            physician=PhysicianFactory(), country="BE", kind=RIZIV, value=f"10012345{last}"
        )
    match_again([(RIZIV, "10012345004")])
    assert not Listing.objects.filter(study=study).exists()


def test_a_suspension_empties_the_list_until_it_ends() -> None:
    named("10012345004")
    dubois = PhysicianFactory()
    services.add_identifier(dubois, "BE", RIZIV, "10012345", SYSTEM, NOON)
    suspending.suspend_physician(dubois, SuspensionReason.REGISTRATION_WITHDRAWN, "", SYSTEM, NOON)
    assert not lists(dubois)
    suspending.resume_physician(dubois, SYSTEM, NOON)
    assert lists(dubois).count() == 1
