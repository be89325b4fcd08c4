"""Naming a physician on a request by hand."""

import pytest

from accounts.audit.actor import SYSTEM
from accounts.models import AuditEvent
from studies.models import Listing, Participant, ParticipantRole
from studies.participants.services import name_participant
from tests.factories import PhysicianFactory, StudyFactory
from tests.factories.studies import NOON


@pytest.mark.django_db
def test_the_study_stands_in_the_list_of_who_is_named() -> None:
    study, dubois = StudyFactory(), PhysicianFactory()

    name_participant(study.request, ParticipantRole.REQUESTER, dubois, SYSTEM, NOON)

    assert list(Listing.objects.values_list("physician", "study", "requester", "copied")) == [
        (dubois.pk, study.pk, True, False)
    ]
    assert AuditEvent.objects.filter(request=study.request.uuid).count() == 1


@pytest.mark.django_db
def test_being_named_twice_changes_nothing() -> None:
    study, dubois = StudyFactory(), PhysicianFactory()

    for _ in range(2):
        name_participant(study.request, ParticipantRole.REQUESTER, dubois, SYSTEM, NOON)

    assert Participant.objects.count() == Listing.objects.count() == AuditEvent.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("unfit", [{"verified_at": None}, {"suspended_at": NOON}])
def test_nobody_is_named_who_is_not_verified_or_is_suspended(unfit: dict[str, object]) -> None:
    study = StudyFactory()

    with pytest.raises(ValueError, match="verified"):
        name_participant(study.request, ParticipantRole.REQUESTER, PhysicianFactory(**unfit), SYSTEM, NOON)

    assert not Listing.objects.exists()
