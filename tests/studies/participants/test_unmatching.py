"""The number is right, the person is not: a match is undone, stays undone, and can be taken back."""

import pytest
from django.core.exceptions import ValidationError

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent, Physician
from accounts.service_desk import services
from studies.models import Listing, MatchedNumber, Participant, ParticipantRole, Study
from studies.participants.matching import match_again
from studies.participants.services import name_participant
from studies.participants.unmatching import take_back, take_back_all, unmatch, unmatch_all
from tests.factories import PhysicianFactory, RequestFactory, StudyFactory
from tests.factories.studies import NOON

from .numbered import RIZIV, lists, named

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return named("10012345004")


@pytest.fixture
def dubois(study: Study) -> Physician:
    physician: Physician = PhysicianFactory()
    services.add_identifier(physician, "BE", RIZIV, "10012345", SYSTEM, NOON)
    return physician


def participant_of(study: Study) -> Participant:
    found: Participant = Participant.objects.filter(request=study.request).order_by("pk")[0]
    return found


def number_of(physician: Physician) -> MatchedNumber:
    return MatchedNumber.objects.get(physician=physician)


def test_the_study_leaves_the_list_and_a_row_says_who_said_so(dubois: Physician, study: Study) -> None:
    other = named("10012345004")
    match_again([(RIZIV, "10012345")])
    unmatch(participant_of(study), "Her name is not on the paper", SYSTEM, NOON)

    assert list(lists(dubois)) == [other.pk]
    row = AuditEvent.objects.get(action=AuditAction.MATCH_UNDONE)
    assert row.request == study.request.uuid
    assert row.details == {
        "physician": str(dubois.uuid),
        "register": "riziv",
        "reason": "Her name is not on the paper",
    }


def test_it_stays_undone_when_the_number_is_matched_again(dubois: Physician, study: Study) -> None:
    unmatch(participant_of(study), "Not her", SYSTEM, NOON)
    match_again([(RIZIV, "10012345")])
    services.verify_physician(dubois, SYSTEM, NOON)
    assert not lists(dubois)


def test_in_every_role_in_which_the_number_stands_there(dubois: Physician, study: Study) -> None:
    named("1.0012345", study=study, role=ParticipantRole.COPY_RECIPIENT)
    match_again([(RIZIV, "10012345")])
    unmatch(participant_of(study), "Not her", SYSTEM, NOON)
    assert not lists(dubois)


def test_it_can_be_taken_back(dubois: Physician, study: Study) -> None:
    unmatch(participant_of(study), "Not her", SYSTEM, NOON)
    take_back(participant_of(study), "It was her after all", SYSTEM, NOON)
    assert list(lists(dubois)) == [study.pk]
    row = AuditEvent.objects.filter(action=AuditAction.RECORD_CHANGED).latest("pk")
    assert row.details["change"] == "match taken back"
    assert row.request == study.request.uuid


def test_taken_back_it_belongs_to_who_holds_the_number_by_then(dubois: Physician, study: Study) -> None:
    unmatch(participant_of(study), "Not her", SYSTEM, NOON)
    services.remove_identifier(dubois.identifiers.get(), SYSTEM, NOON)
    maes = PhysicianFactory()
    services.add_identifier(maes, "BE", RIZIV, "10012345", SYSTEM, NOON)
    assert not lists(maes)
    take_back(participant_of(study), "It is his", SYSTEM, NOON)
    assert list(lists(maes)) == [study.pk]
    assert not lists(dubois)


def test_nothing_is_undone_or_taken_back_twice(dubois: Physician, study: Study) -> None:
    with pytest.raises(ValidationError):
        take_back(participant_of(study), "", SYSTEM, NOON)
    unmatch(participant_of(study), "Not her", SYSTEM, NOON)
    with pytest.raises(ValidationError):
        unmatch(participant_of(study), "Not her", SYSTEM, NOON)
    assert AuditEvent.objects.filter(action=AuditAction.MATCH_UNDONE).count() == 1


def test_who_was_named_by_hand_can_be_taken_off_and_named_again() -> None:
    study, maes = StudyFactory(), PhysicianFactory()
    named_by_hand = name_participant(study.request, ParticipantRole.REQUESTER, maes, SYSTEM, NOON)
    unmatch(named_by_hand, "Another Maes", SYSTEM, NOON)
    assert not lists(maes)
    take_back(named_by_hand, "This one", SYSTEM, NOON)
    assert list(lists(maes)) == [study.pk]

    unmatch(named_by_hand, "Another Maes", SYSTEM, NOON)
    name_participant(study.request, ParticipantRole.REQUESTER, maes, SYSTEM, NOON)
    assert list(lists(maes)) == [study.pk]


def test_every_match_of_a_number_at_one_institution(dubois: Physician, study: Study) -> None:
    elsewhere = named("10012345004")
    second = named("10012345004", study=StudyFactory(request=RequestFactory(patient=study.request.patient)))
    match_again([(RIZIV, "10012345")])
    assert unmatch_all(number_of(dubois), study.institution, "They use it for Dr Maes", SYSTEM, NOON) == 2
    assert list(lists(dubois)) == [elsewhere.pk]
    row = AuditEvent.objects.get(action=AuditAction.MATCH_UNDONE)
    assert (row.institution, row.patient, row.details["participants"]) == (study.institution.uuid, None, 2)

    assert take_back_all(number_of(dubois), study.institution, "They do not", SYSTEM, NOON) == 2
    assert set(lists(dubois)) == {study.pk, elsewhere.pk, second.pk}
    assert Listing.objects.count() == 3
