"""What of a number identifies in its register, however it was written on a request."""

import re

from django_countries import countries

from accounts.models import RIZIV_DIGITS, IdentifierKind

Number = tuple[str, str]
"""(register, what identifies in it)."""

# What people write between the digits of a number. Anything else in it, and nobody says whose number it is.
_BETWEEN = dict.fromkeys(map(ord, "-./ "))
_OF_A_COUNTRY = re.compile(r"([A-Z]{2})[0-9A-Z]*[0-9][0-9A-Z]*")


def identifying(system: str, text: str) -> Number | None:
    """The number by which a participant is found; None for what is no number of a national register.

    RIZIV's first eight digits (the rest says with which qualification); of other registers all digits; of one without
    rules here the country's ISO code with letters and digits, as `accounts.registration.numbers` keeps it.
    """
    written = text.translate(_BETWEEN)
    if system not in IdentifierKind.values or not written.isascii():
        return None
    if system == IdentifierKind.NATIONAL:
        found = _OF_A_COUNTRY.fullmatch(written.upper())
        return (system, written.upper()) if found and countries.alpha2(found[1]) else None
    if not written.isdigit():
        return None
    if system == IdentifierKind.RIZIV:
        return (system, written[:RIZIV_DIGITS]) if len(written) >= RIZIV_DIGITS else None
    return system, written


def digits_of(system: str, text: str) -> str:
    """The same for the column by which participants are found: empty for what identifies nobody."""
    number = identifying(system, text)
    return number[1] if number else ""
