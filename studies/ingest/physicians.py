"""Which verified physician a clinician named in a file is."""

from collections.abc import Collection

from django.db.models import Q

from accounts.models import RIZIV_DIGITS, IdentifierKind, Physician, PhysicianIdentifier

Number = tuple[str, str]
"""(register, number) as it arrived."""

# What people write between the digits of a number. Anything else in it, and nobody says whose number it is.
BETWEEN = "-./ "


def trusted_holders(numbers: Collection[Number]) -> dict[Number, Physician]:
    """The verified, not suspended physicians who hold these numbers of national registers; others are left out.

    So is a number that two of them hold, as RIZIV's may be with other last digits: it is nobody's then.
    """
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
    holders: dict[Number | None, dict[int, Physician]] = {}
    for identifier in held:
        of_number = holders.setdefault(_identifying(identifier.kind, identifier.value), {})
        of_number[identifier.physician_id] = identifier.physician
    return {
        number: physician
        for number, identifying in wanted.items()
        for physician in holders.get(identifying, {}).values()
        if len(holders[identifying]) == 1
    }


def _identifying(system: str, text: str) -> Number | None:
    """The part of a number that identifies, digits only; None for what is no number of a national register."""
    if system not in IdentifierKind.values:
        return None
    digits = text.translate(dict.fromkeys(map(ord, BETWEEN)))
    if not (digits.isascii() and digits.isdigit()):
        return None
    if system == IdentifierKind.RIZIV:
        return (system, digits[:RIZIV_DIGITS]) if len(digits) >= RIZIV_DIGITS else None
    return system, digits
