"""Which verified physician a clinician named in a file is."""

import re
from collections.abc import Collection

from django.db.models import Q

from accounts.models import IdentifierKind, Physician, PhysicianIdentifier

Number = tuple[str, str]
"""(register, number) as it arrived."""

# RIZIV/INAMI: the first 8 of 11 digits identify the person, the rest says with which qualification.
RIZIV_DIGITS = 8


def trusted_holders(numbers: Collection[Number]) -> dict[Number, Physician]:
    """The verified, not suspended physicians who hold these numbers of national registers; others are left out."""
    wanted = {number: identifying for number in numbers if (identifying := _identifying(*number))}
    if not wanted:
        return {}
    condition = Q()
    for kind, value in set(wanted.values()):
        condition |= (
            Q(kind=kind, value__startswith=value) if kind == IdentifierKind.RIZIV else Q(kind=kind, value=value)
        )
    held = PhysicianIdentifier.objects.filter(
        condition, physician__verified_at__isnull=False, physician__suspended_at__isnull=True
    ).select_related("physician__user")
    holders = {_identifying(identifier.kind, identifier.value): identifier.physician for identifier in held}
    return {number: holders[identifying] for number, identifying in wanted.items() if identifying in holders}


def _identifying(system: str, text: str) -> Number | None:
    """The part of a number that identifies, digits only; None for a register that is not a national one."""
    if system not in IdentifierKind.values:
        return None
    digits = re.sub(r"\D", "", text)
    if system == IdentifierKind.RIZIV:
        return (system, digits[:RIZIV_DIGITS]) if len(digits) >= RIZIV_DIGITS else None
    return (system, digits) if digits else None
