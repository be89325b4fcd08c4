"""What the service desk does for accounts and physicians, in its admin."""

from typing import Any

import pytest
from django.test import Client

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent, IdentifierKind, Physician, PhysicianIdentifier, Session, User
from accounts.registration.services import open_account
from accounts.service_desk.services import add_identifier, appoint
from studies.models import AppointmentRole
from tests.factories import PhysicianFactory, UserFactory
from tests.factories.studies import NOON
from tests.studies.institutions.staff import address, as_, counter, house, service_desk, staff

pytestmark = pytest.mark.django_db
RIZIV = IdentifierKind.RIZIV


@pytest.fixture
def desk() -> Client:
    return as_(service_desk())


@pytest.fixture
def dubois() -> Physician:
    made: Physician = PhysicianFactory(verified_at=None)
    return made


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def changes() -> list[str]:
    rows = AuditEvent.objects.filter(action=AuditAction.RECORD_CHANGED).order_by("pk")
    return [row.details["change"] for row in rows]


def test_the_service_desk_sees_accounts_and_groups_and_nothing_of_patients(desk: Client) -> None:
    start = desk.get("/admin/")
    kinds = {model["object_name"] for app in start.context["app_list"] for model in app["models"]}
    assert kinds == {
        "User",
        "Physician",
        "PhysicianIdentifier",
        "Registration",
        "IdentifierClaim",
        "Recovery",
        "Suspension",
        "MatchedNumber",
        "ThrottleCounter",
        "Group",
        "Membership",
    }
    for record in house("AZ Sint-Example", "Peeters^Anna").records.values():
        assert desk.get(address(type(record))).status_code == 403
        assert desk.get(address(record)).status_code in (403, 404)


@pytest.mark.parametrize("role", [AppointmentRole.ADMINISTRATOR, AppointmentRole.DESK, AppointmentRole.AUDITOR])
def test_an_institution_s_staff_sees_nothing_of_the_service_desk(role: AppointmentRole, dubois: Physician) -> None:
    client = as_(staff(role, house("AZ Sint-Example", "Peeters^Anna").institution))
    identifier = add_identifier(dubois, "BE", RIZIV, "10012345", SYSTEM, NOON)
    for record in (dubois, dubois.user, identifier, counter()):
        assert client.get(address(type(record))).status_code == 403
        assert client.get(address(record)).status_code == 403
        assert client.post(address(record, "do/suspend"), {"suspend-reason": "other"}).status_code in (403, 404)
    dubois.refresh_from_db()
    assert dubois.suspended_at is None


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(desk: Client) -> None:
    user = UserFactory()
    browser = as_(user)
    assert Session.objects.filter(user=user).exists()
    without = desk.post(address(user, "do/suspend"), {"suspend-reason": "other"}, follow=True)
    assert said(without) == ["Say why, in one line. Nothing was changed."]

    desk.post(address(user, "do/suspend"), {"suspend-reason": "left", "suspend-words": "Moved to Spain"})
    user.refresh_from_db()
    assert not user.is_active
    assert not Session.objects.filter(user=user).exists()
    assert browser.get("/studies/").status_code == 302
    assert AuditEvent.objects.latest("pk").details["reason"] == "left: Moved to Spain"

    desk.post(address(user, "do/resume"))
    user.refresh_from_db()
    assert user.is_active


def test_nobody_closes_the_own_account() -> None:
    sam = service_desk()
    answer = as_(sam).post(address(sam, "do/suspend"), {"suspend-reason": "wish"}, follow=True)
    assert said(answer) == ["You cannot close your own account."]
    assert User.objects.get(pk=sam.pk).is_active


def test_no_page_changes_an_account_or_shows_a_secret(desk: Client) -> None:
    user = UserFactory()
    assert desk.post(address(user), {"first_name": "Eve"}).status_code == 403
    assert desk.get(f"{address(User)}add/").status_code == 403
    assert user.password not in desk.get(address(user)).content.decode()
    assert desk.get(address(User), {"password__startswith": "argon2"}).status_code == 400


def test_a_physician_is_verified_by_numbers(desk: Client, dubois: Physician) -> None:
    answer = desk.post(address(dubois, "do/verify"), follow=True)
    assert "Add a number of a national register first" in said(answer)[0]

    form = {"mail": dubois.user.username, "country": "BE", "kind": "riziv", "value": "1-00123-45-004"}
    desk.post(f"{address(PhysicianIdentifier)}add/", form)
    assert PhysicianIdentifier.objects.get().value == "10012345004"
    desk.post(address(dubois, "do/verify"))
    dubois.refresh_from_db()
    assert dubois.is_trusted
    assert changes() == ["identifier added", "physician verified"]


def test_a_number_has_one_holder(desk: Client, dubois: Physician) -> None:
    add_identifier(dubois, "BE", RIZIV, "10012345", SYSTEM, NOON)
    other = PhysicianFactory()
    form = {"mail": other.user.username, "country": "BE", "kind": "riziv", "value": "1001 2345"}
    answer = desk.post(f"{address(PhysicianIdentifier)}add/", form, follow=True)
    [sentence] = said(answer)
    assert sentence.startswith(f"RIZIV/INAMI 10012345 is held by {dubois} ({dubois.user.username}).")
    assert PhysicianIdentifier.objects.get().physician == dubois


def test_a_wrong_number_is_removed(desk: Client, dubois: Physician) -> None:
    identifier = add_identifier(dubois, "BE", RIZIV, "10012345", SYSTEM, NOON)
    assert desk.get(address(identifier, "delete")).status_code == 200
    desk.post(address(identifier, "delete"), {"post": "yes"})
    assert not PhysicianIdentifier.objects.exists()
    assert changes() == ["identifier added", "identifier removed"]


def test_who_waits_to_be_verified_is_counted_and_found(desk: Client, dubois: Physician) -> None:
    PhysicianFactory()
    assert "1 waits" in desk.get("/admin/").content.decode()
    waiting = desk.get(address(Physician), {"state": "waiting"}).context["cl"].result_list
    assert list(waiting) == [dubois]


def test_appointing_twice_is_appointing_once() -> None:
    user = open_account(
        username="sam@example.org",
        password="a long enough one",
        first_name="Sam",
        last_name="Ola",
        actor=SYSTEM,
        at=NOON,
    )
    assert appoint(user, SYSTEM, NOON) == appoint(user, SYSTEM, NOON)
    assert AuditEvent.objects.filter(action=AuditAction.APPOINTMENT_CHANGED).count() == 1
