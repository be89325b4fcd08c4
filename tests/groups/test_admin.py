"""Group practices in the admin of the service desk."""

from typing import Any

import pytest
from django.test import Client

from accounts.audit.actor import SYSTEM
from groups.membership import services
from groups.models import Group, Membership, MembershipRole
from studies.models import AppointmentRole
from tests.factories import InstitutionFactory, PhysicianFactory
from tests.factories.studies import NOON
from tests.studies.institutions.staff import address, as_, service_desk, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    return as_(service_desk())


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_a_group_is_founded_and_filled(desk: Client) -> None:
    form = {"name": "Groepspraktijk Noord", "country": "BE", "address": "", "phone": ""}
    desk.post(f"{address(Group)}add/", form)
    group = Group.objects.get()
    desk.post(address(group), form | {"phone": "+32 9 555 01 00"})
    group.refresh_from_db()
    assert group.phone == "+32 9 555 01 00"

    maes, wouters = PhysicianFactory(), PhysicianFactory()
    for physician in (maes, wouters):
        desk.post(f"{address(Membership)}add/", {"mail": physician.user.username, "group": group.pk, "role": "member"})
    text = desk.get(address(group)).content.decode()
    assert str(maes) in text
    assert str(wouters) in text
    contact = Membership.objects.get(is_primary_contact=True)
    assert contact.physician == maes


def test_a_no_is_said_and_nothing_is_written(desk: Client) -> None:
    group = services.found_group({"name": "Groepspraktijk Noord", "country": "BE"}, SYSTEM, NOON)
    unverified = PhysicianFactory(verified_at=None)
    form = {"mail": unverified.user.username, "group": group.pk, "role": "member"}
    answer = desk.post(f"{address(Membership)}add/", form, follow=True)
    assert said(answer) == ["Only a verified physician who is not suspended can join a group."]
    assert not Membership.objects.exists()


def test_roles_contact_and_end_by_their_buttons(desk: Client) -> None:
    group = services.found_group({"name": "Groepspraktijk Noord", "country": "BE"}, SYSTEM, NOON)
    first, second = (
        services.add_member(group, PhysicianFactory(), MembershipRole.MEMBER, SYSTEM, NOON) for _ in range(2)
    )
    answer = desk.post(address(first, "do/end"), follow=True)
    assert said(answer) == ["This is the last administrator of the group. Make somebody else administrator first."]
    for deed in ("administrator", "contact"):
        desk.post(address(second, f"do/{deed}"))
    desk.post(address(first, "do/end"))
    second.refresh_from_db()
    first.refresh_from_db()
    assert (second.role, second.is_primary_contact) == (MembershipRole.ADMINISTRATOR, True)
    assert first.ends_at is not None
    ended = desk.get(address(Membership), {"state": "ended"}).context["cl"].result_list
    assert list(ended) == [first]


@pytest.mark.parametrize("role", [AppointmentRole.ADMINISTRATOR, AppointmentRole.DESK])
def test_an_institution_s_staff_changes_no_group(role: AppointmentRole) -> None:
    client = as_(staff(role, InstitutionFactory()))
    group = services.found_group({"name": "Groepspraktijk Noord", "country": "BE"}, SYSTEM, NOON)
    assert client.get(address(group)).status_code == 403
    assert client.post(address(group), {"name": "Mine"}).status_code == 403
    assert client.get(f"{address(Membership)}add/").status_code == 403
