"""Sam works at the service desk and is a physician too. What Sam decides about others, somebody else decides about Sam:
the service desk never sees patients' content, and no button is a way around that."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import IdentifierKind, Physician, PhysicianIdentifier, SuspensionReason, User
from accounts.service_desk.services import add_identifier
from accounts.service_desk.suspending import suspend_physician
from groups.membership.services import found_group
from groups.models import Membership
from tests.factories import PhysicianFactory
from tests.studies.institutions.staff import address, as_, service_desk

pytestmark = pytest.mark.django_db
OWN = "Somebody else at the service desk decides about your own account."
NUMBER = {"country": "BE", "kind": "riziv", "value": "1-12345-78-004"}


@pytest.fixture
def sam() -> User:
    return service_desk()


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_nobody_verifies_themselves(sam: User) -> None:
    hat = PhysicianFactory(user=sam, verified_at=None)
    add_identifier(hat, "BE", IdentifierKind.RIZIV, "10012345004", SYSTEM, timezone.now())
    assert said(as_(sam).post(address(hat, "do/verify"), follow=True)) == [OWN]
    hat.refresh_from_db()
    assert hat.verified_at is None


def test_nobody_takes_a_number(sam: User) -> None:
    """With a number come the images of everybody whose request names it."""
    PhysicianFactory(user=sam)
    form = NUMBER | {"mail": sam.username}
    assert said(as_(sam).post(f"{address(PhysicianIdentifier)}add/", form, follow=True)) == [OWN]
    assert not PhysicianIdentifier.objects.exists()


def test_nobody_ends_their_own_suspension(sam: User) -> None:
    hat: Physician = PhysicianFactory(user=sam)
    suspend_physician(hat, SuspensionReason.MISUSED, "", SYSTEM, timezone.now())
    assert said(as_(sam).post(address(hat, "do/resume"), follow=True)) == [OWN]
    hat.refresh_from_db()
    assert hat.suspended_at is not None


def test_nobody_joins_a_practice(sam: User) -> None:
    """Its members see each other's studies."""
    PhysicianFactory(user=sam)
    group = found_group({"name": "Groepspraktijk Noord", "country": "BE"}, SYSTEM, timezone.now())
    form = {"mail": sam.username, "group": group.pk, "role": "member"}
    assert said(as_(sam).post(f"{address(Membership)}add/", form, follow=True)) == [OWN]
    assert not Membership.objects.exists()


def test_to_let_somebody_into_a_practice_the_factor_is_given_once_more(sam: User) -> None:
    """As it is to verify: whoever finds the service desk's screen open shows nobody a practice's studies."""
    group = found_group({"name": "Groepspraktijk Noord", "country": "BE"}, SYSTEM, timezone.now())
    form = {"mail": PhysicianFactory().user.username, "group": group.pk, "role": "member"}
    open_screen = as_(sam)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        answer = open_screen.post(f"{address(Membership)}add/", form)
    assert answer["Location"].startswith("/login/again/")
    assert not Membership.objects.exists()
