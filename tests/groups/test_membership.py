"""Group practices: founded, joined and left."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from accounts.audit.actor import SYSTEM
from accounts.models import AuditEvent, Physician
from groups.membership import services
from groups.membership.queries import administrators_of, members_of
from groups.membership.signals import membership_changed
from groups.models import Group, Membership, MembershipRole
from tests.factories import PhysicianFactory
from tests.factories.studies import NOON

pytestmark = pytest.mark.django_db
MEMBER, ADMINISTRATOR = MembershipRole.MEMBER, MembershipRole.ADMINISTRATOR


@pytest.fixture
def noord() -> Group:
    return services.found_group({"name": "Groepspraktijk Noord", "country": "BE"}, SYSTEM, NOON)


def joins(group: Group, role: MembershipRole = MEMBER) -> Membership:
    return services.add_member(group, PhysicianFactory(), role, SYSTEM, NOON)


def test_the_first_member_administers_and_is_the_primary_contact(noord: Group) -> None:
    first, second = joins(noord), joins(noord)
    assert (first.role, first.is_primary_contact) == (ADMINISTRATOR, True)
    assert (second.role, second.is_primary_contact) == (MEMBER, False)
    assert list(members_of(noord, NOON)) == [first, second]


def test_a_membership_lapses_three_calendar_months_and_a_fortnight_later(noord: Group) -> None:
    lapses_at = joins(noord).lapses_at
    assert lapses_at is not None
    local = lapses_at.astimezone(ZoneInfo("Europe/Brussels"))
    assert (local.year, local.month, local.day, local.hour) == (2027, 3, 4, 13)  # 18 February and 14 days, same hour


@pytest.mark.parametrize("trait", [{"verified_at": None}, {"suspended_at": NOON}])
def test_only_a_verified_physician_joins(noord: Group, trait: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="verified"):
        services.add_member(noord, PhysicianFactory(**trait), MEMBER, SYSTEM, NOON)


def test_nobody_joins_twice_but_may_come_back(noord: Group) -> None:
    joins(noord)
    second = joins(noord)
    with pytest.raises(ValidationError, match="already"):
        services.add_member(noord, second.physician, MEMBER, SYSTEM, NOON)
    services.end_membership(second, SYSTEM, NOON + timedelta(days=1))
    again = services.add_member(noord, second.physician, MEMBER, SYSTEM, NOON + timedelta(days=2))
    assert again.pk != second.pk


def test_nobody_joins_a_group_that_has_ended(noord: Group) -> None:
    noord.ended_at = NOON
    noord.save()
    with pytest.raises(ValidationError, match="ended"):
        joins(noord)


def test_the_last_administrator_stays_until_nobody_else_is_left(noord: Group) -> None:
    first, second = joins(noord), joins(noord)
    with pytest.raises(ValidationError, match="last administrator"):
        services.end_membership(first, SYSTEM, NOON)
    with pytest.raises(ValidationError, match="last administrator"):
        services.make_ordinary_member(first, SYSTEM, NOON)
    services.end_membership(second, SYSTEM, NOON)
    services.end_membership(first, SYSTEM, NOON)
    assert not members_of(noord, NOON).exists()


def test_a_primary_contact_who_leaves_hands_over(noord: Group) -> None:
    first, second, third = joins(noord), joins(noord), joins(noord)
    services.make_administrator(third, SYSTEM, NOON)
    services.end_membership(first, SYSTEM, NOON)
    third.refresh_from_db()
    assert third.is_primary_contact
    assert list(administrators_of(noord, NOON)) == [third]
    services.make_primary_contact(second, SYSTEM, NOON)
    assert Membership.objects.get(is_primary_contact=True) == second


def test_every_change_is_announced_and_written_down(noord: Group) -> None:
    heard: list[Membership] = []

    def listen(sender: object, membership: Membership, **_: Any) -> None:
        heard.append(membership)

    membership_changed.connect(listen)
    try:
        first = joins(noord)
        services.end_membership(first, SYSTEM, NOON)
    finally:
        membership_changed.disconnect(listen)
    assert heard == [first, first]
    assert [row.details["change"] for row in AuditEvent.objects.order_by("pk")] == ["founded", "joined", "left"]
    assert Physician.objects.get().uuid.hex in str(AuditEvent.objects.latest("pk").details).replace("-", "")
