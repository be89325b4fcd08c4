"""Requests follow the numbers of physicians: verified later, held by another, suspended."""

import pytest
from django.core.exceptions import ValidationError

from accounts.audit.actor import SYSTEM
from accounts.models import PhysicianIdentifier, SuspensionReason
from accounts.service_desk import services, suspending
from studies.models import Listing, Participant, ParticipantRole
from studies.participants.matching import match_again
from studies.participants.numbers import digits_of
from tests.factories import PhysicianFactory
from tests.factories.studies import NOON

from .numbered import NATIONAL, RIZIV, RPPS, lists, named

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("identifier", ["RIZIV10012345004", "10012345_004", "1001·2345", "100123450x4", "1001234"])
def test_a_number_with_anything_else_in_it_is_nobodys(identifier: str) -> None:
    named(identifier)
    dubois = PhysicianFactory()
    services.add_identifier(dubois, "BE", RIZIV, "10012345", SYSTEM, NOON)
    assert not lists(dubois)


def test_a_number_of_a_country_without_a_register_here_carries_the_country() -> None:
    study, plain, of_no_country = named("at 123.456/7a", NATIONAL), named("1234567A", NATIONAL), named("XX12", NATIONAL)
    bauer = PhysicianFactory()
    services.add_identifier(bauer, "AT", NATIONAL, "123-4567a", SYSTEM, NOON)
    assert list(lists(bauer)) == [study.pk]
    assert not Participant.objects.filter(request__in=[plain.request, of_no_country.request]).exclude(digits="")


def test_dotless_letters_are_not_taken_for_others() -> None:
    assert digits_of(NATIONAL, "ıt123") == ""
    assert digits_of("local", "10012345") == ""


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


def test_requester_and_copy_recipient_of_one_study_are_one_row() -> None:
    study = named("10012345004")
    named("1-00123-45-004", study=study, role=ParticipantRole.COPY_RECIPIENT)
    dubois = PhysicianFactory()
    services.add_identifier(dubois, "BE", RIZIV, "10012345", SYSTEM, NOON)
    assert Listing.objects.values_list("physician", "study", "requester", "copied").get() == (
        dubois.pk,
        study.pk,
        True,
        True,
    )


def test_somebody_elses_rows_stay_as_they_are() -> None:
    study, other = named("10012345004"), PhysicianFactory()
    services.add_identifier(other, "FR", RPPS, "10001234567", SYSTEM, NOON)
    named("10001234567", RPPS, study=study, role=ParticipantRole.COPY_RECIPIENT)
    match_again([(RPPS, "10001234567")])
    dubois = PhysicianFactory()
    number = services.add_identifier(dubois, "BE", RIZIV, "10012345", SYSTEM, NOON)
    assert list(lists(dubois)) == list(lists(other)) == [study.pk]

    services.remove_identifier(number, SYSTEM, NOON)
    assert not lists(dubois)
    assert list(lists(other)) == [study.pk]
