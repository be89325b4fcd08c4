"""Which verified physician holds a number."""

from collections.abc import Collection

from django.db.models import Q

from accounts.models import IdentifierKind, Physician, PhysicianIdentifier

from .numbers import Number, identifying


def trusted_holders(numbers: Collection[Number]) -> dict[Number, Physician]:
    """The verified, not suspended physicians who hold these identifying numbers; others are left out. One query.

    So is a number that two of them hold, as RIZIV's may be with other last digits: it is nobody's until the service
    desk decides. A number that is merely claimed is nobody's either.
    """
    if not numbers:
        return {}
    condition = Q()
    for kind, value in set(numbers):
        whole = Q(kind=kind, value=value)
        condition |= Q(kind=kind, value__startswith=value) if kind == IdentifierKind.RIZIV else whole
    held = PhysicianIdentifier.objects.filter(
        condition, physician__verified_at__isnull=False, physician__suspended_at__isnull=True
    ).select_related("physician__user")
    holders: dict[Number | None, dict[int, Physician]] = {}
    for identifier in held:
        of_number = holders.setdefault(identifying(identifier.kind, identifier.value), {})
        of_number[identifier.physician_id] = identifier.physician
    return {
        number: physician
        for number in numbers
        for physician in holders.get(number, {}).values()
        if len(holders[number]) == 1
    }
