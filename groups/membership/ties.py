"""What a physician's account is tied to here: group practices."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.account.ties import Tie
from accounts.audit.actor import Actor
from accounts.models import User
from groups.models import Membership

from .queries import administrators_of, members_of
from .services import end_membership


class MembershipTies:
    """Closing the account leaves its groups; the last administrator among others hands over first."""

    def of(self, user: User, at: datetime) -> list[Tie]:
        return [_tie(membership, at) for membership in _open(user, at).select_related("group")]

    def end(self, user: User, actor: Actor, at: datetime) -> None:
        for membership in _open(user, at).select_related("group", "physician"):
            end_membership(membership, actor, at)

    def export(self, user: User) -> dict[str, Any]:
        rows = Membership.objects.filter(physician__user=user).select_related("group").order_by("begins_at", "pk")
        return {
            "group_practices": [
                {
                    "name": row.group.name,
                    "role": row.role,
                    "primary_contact": row.is_primary_contact,
                    "from": row.begins_at,
                    "until": row.ends_at,
                    "confirmed_at": row.confirmed_at,
                }
                for row in rows
            ]
        }


MEMBERSHIPS = MembershipTies()


def _open(user: User, at: datetime) -> QuerySet[Membership]:
    live = Q(begins_at__lte=at) & (Q(ends_at__isnull=True) | Q(ends_at__gt=at))
    return Membership.objects.filter(live, physician__user=user, group__ended_at__isnull=True).order_by(
        "begins_at", "pk"
    )


def _tie(membership: Membership, at: datetime) -> Tie:
    group = membership.group
    others = members_of(group, at).exclude(pk=membership.pk)
    if others.exists() and not administrators_of(group, at).exclude(pk=membership.pk).exists():
        said = _("You are the last administrator of %(group)s. Make somebody else administrator first.")
        return Tie(said % {"group": group.name}, holds=True)
    said = _("You leave %(group)s. Your colleagues there no longer see your studies, nor you theirs.")
    return Tie(said % {"group": group.name})
