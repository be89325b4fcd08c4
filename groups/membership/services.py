"""The only place that writes groups and memberships, each change with its audit row and its announcement.

A group with members always has an administrator and a primary contact.
"""

from collections.abc import Mapping
from datetime import datetime

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction, Physician
from groups.models import Group, Membership, MembershipRole

from .queries import administrators_of, members_of
from .signals import membership_changed

# DESIGN.md §4, "group confirmation": calendar months in the environment's zone, then days of grace.
CONFIRMED_FOR = relativedelta(months=3)
GRACE = relativedelta(days=14)

DETAILS = ("name", "country", "address", "phone")


def found_group(details: Mapping[str, str], actor: Actor, at: datetime) -> Group:
    """A new group practice without members; `details` are those named in `DETAILS`. Raises ValidationError."""
    group = Group(**{name: details.get(name, "") for name in DETAILS})
    group.full_clean()
    with transaction.atomic():
        group.save()
        _record(group, actor, at, change="founded")
    return group


def change_group(group: Group, details: Mapping[str, str], actor: Actor, at: datetime) -> Group:
    """Change a group's name, country, address or phone. Raises ValidationError."""
    for name in DETAILS:
        setattr(group, name, details.get(name, getattr(group, name)))
    group.full_clean()
    with transaction.atomic():
        group.save(update_fields=list(DETAILS))
        _record(group, actor, at, change="details")
    return group


def add_member(group: Group, physician: Physician, role: MembershipRole, actor: Actor, at: datetime) -> Membership:
    """Let a physician join from `at`. The first one administers the group and is its primary contact.

    Raises ValidationError for a physician who is not verified or suspended, one who belongs already, and a group that
    has ended.
    """
    if not physician.is_trusted:
        raise ValidationError(_("Only a verified physician who is not suspended can join a group."), "not_trusted")
    with transaction.atomic():
        _lock(group, at)
        if members_of(group, at).filter(physician=physician).exists():
            raise ValidationError(_("This physician belongs to the group already."), "member_already")
        is_first = not members_of(group, at).exists()
        membership = Membership.objects.create(
            group=group,
            physician=physician,
            role=MembershipRole.ADMINISTRATOR if is_first else role,
            is_primary_contact=is_first,
            begins_at=at,
            confirmed_at=at,
            lapses_at=timezone.localtime(at) + CONFIRMED_FOR + GRACE,
        )
        _announce(membership, actor, at, "joined")
    return membership


def make_administrator(membership: Membership, actor: Actor, at: datetime) -> None:
    """Let a member administer the group."""
    with transaction.atomic():
        _lock(membership.group, at)
        _change_role(membership, MembershipRole.ADMINISTRATOR, actor, at)


def make_ordinary_member(membership: Membership, actor: Actor, at: datetime) -> None:
    """Let an administrator be a member only. Raises ValidationError for the last administrator."""
    with transaction.atomic():
        _lock(membership.group, at)
        _keep_an_administrator(membership, at)
        _change_role(membership, MembershipRole.MEMBER, actor, at)


def make_primary_contact(membership: Membership, actor: Actor, at: datetime) -> None:
    """Make this member the one to write to; whoever was it is no more."""
    with transaction.atomic():
        _lock(membership.group, at)
        Membership.objects.filter(group=membership.group, is_primary_contact=True).update(is_primary_contact=False)
        membership.is_primary_contact = True
        membership.save(update_fields=["is_primary_contact"])
        _announce(membership, actor, at, "primary contact")


def end_membership(membership: Membership, actor: Actor, at: datetime) -> None:
    """Let a member leave at `at`: from then on neither sees the other's studies through this group.

    The last administrator may leave only as the last member. A primary contact who leaves hands over to the
    administrator who has been there longest. Raises ValidationError.
    """
    with transaction.atomic():
        _lock(membership.group, at)
        others = members_of(membership.group, at).exclude(pk=membership.pk)
        if others.exists():
            _keep_an_administrator(membership, at)
        was_contact = membership.is_primary_contact
        membership.ends_at, membership.is_primary_contact = at, False
        membership.save(update_fields=["ends_at", "is_primary_contact"])
        _announce(membership, actor, at, "left")
        heir = administrators_of(membership.group, at).exclude(pk=membership.pk).first()
        if was_contact and heir is not None:
            make_primary_contact(heir, actor, at)


def _lock(group: Group, at: datetime) -> None:
    """One change of a group's composition at a time."""
    current = Group.objects.select_for_update().get(pk=group.pk)
    if current.ended_at is not None and current.ended_at <= at:
        raise ValidationError(_("This group has ended."), "group_ended")


def _change_role(membership: Membership, role: MembershipRole, actor: Actor, at: datetime) -> None:
    membership.role = role
    membership.save(update_fields=["role"])
    _announce(membership, actor, at, f"role {role}")


def _keep_an_administrator(leaving: Membership, at: datetime) -> None:
    if not administrators_of(leaving.group, at).exclude(pk=leaving.pk).exists():
        raise ValidationError(
            _("This is the last administrator of the group. Make somebody else administrator first."),
            "last_administrator",
        )


def _announce(membership: Membership, actor: Actor, at: datetime, change: str) -> None:
    _record(membership.group, actor, at, change=change, physician=str(membership.physician.uuid))
    membership_changed.send(Membership, membership=membership, at=at)


def _record(group: Group, actor: Actor, at: datetime, **details: str) -> None:
    record(AuditAction.RECORD_CHANGED, actor, at, details={"group": str(group.uuid), **details})
