"""Memberships in the domain's words."""

from datetime import datetime

from django.db.models import Q, QuerySet

from groups.models import Group, Membership, MembershipRole


def members_of(group: Group, at: datetime) -> QuerySet[Membership]:
    """Who belongs to the group at `at`, the longest first."""
    live = Q(begins_at__lte=at) & (Q(ends_at__isnull=True) | Q(ends_at__gt=at))
    return Membership.objects.filter(live, group=group).order_by("begins_at", "pk")


def administrators_of(group: Group, at: datetime) -> QuerySet[Membership]:
    """Those of them who administer it."""
    return members_of(group, at).filter(role=MembershipRole.ADMINISTRATOR)
