"""Numbers of the registers of professionals: how they are written, and whether one can be right.

A doubtful number warns and never blocks: registers hold numbers that no published rule covers. Sources: RIZIV/INAMI's
check digits are 97 less the first six digits modulo 97, on newer numbers 89 less modulo 89; RPPS ends in a Luhn digit
(ISO/IEC 7812-1 annex B); LANR's seventh digit completes the sum of the first six, weighted 4 and 9 in turn, to the next
ten (KBV, Arztnummern-Richtlinie); BIG and AGB have a length and no check digit.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from stdnum import luhn

from accounts.models import IdentifierKind

LONGEST = 30  # as PhysicianIdentifier keeps it


class Verdict(StrEnum):
    GOOD = "good"
    DOUBTFUL = "doubtful"
    UNKNOWN = "unknown"  # there is nothing to check it by


@dataclass(frozen=True)
class NumberCheck:
    """A number as it is kept, what its form says of it, and that in one sentence of the reader's language."""

    normalised: str
    verdict: Verdict
    sentence: str

    @property
    def is_doubtful(self) -> bool:
        return self.verdict is Verdict.DOUBTFUL


@dataclass(frozen=True)
class Register:
    """A public register. `country` is empty for the one that stands for all others' ; `where` names what to search."""

    kind: IdentifierKind
    country: str
    length: int
    is_right: Callable[[str], bool]
    where: str | Promise


def _riziv(digits: str) -> bool:
    number, check_digits = int(digits[:6]), int(digits[6:8])
    return check_digits in (97 - number % 97, 89 - number % 89)


def _lanr(digits: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(digits[:6], (4, 9, 4, 9, 4, 9), strict=True))
    return (10 - total % 10) % 10 == int(digits[6])


def _anything(_digits: str) -> bool:
    return True


REGISTERS: dict[IdentifierKind, Register] = {
    register.kind: register
    for register in (
        Register(
            IdentifierKind.RIZIV, "BE", 11, _riziv, _("the list of healthcare providers that RIZIV/INAMI publishes")
        ),
        Register(IdentifierKind.BIG, "NL", 11, _anything, _("the public BIG register")),
        Register(IdentifierKind.AGB, "NL", 8, _anything, _("the public AGB register of Vektis")),
        Register(IdentifierKind.RPPS, "FR", 11, luhn.is_valid, _("the Annuaire Santé")),
        Register(
            IdentifierKind.LANR,
            "DE",
            9,
            _lanr,
            _("the Arztsuche of the Kassenärztliche Vereinigung; it shows no numbers, so ask for a document"),
        ),
    )
}
_ELSEWHERE = _("the national register of that country")


def registers_of(country: str) -> list[IdentifierKind]:
    """The registers by which hospitals of a country know its professionals; never empty."""
    return [kind for kind, register in REGISTERS.items() if register.country == country] or [IdentifierKind.NATIONAL]


def country_of_register(kind: IdentifierKind, elsewhere: str) -> str:
    """The country whose register it is; `elsewhere` for the kind that stands for all others."""
    return REGISTERS[kind].country if kind in REGISTERS else elsewhere


def where_to_look(kind: IdentifierKind) -> str | Promise:
    """What the public register is called in which a number can be looked up."""
    return REGISTERS[kind].where if kind in REGISTERS else _ELSEWHERE


def normalised(kind: IdentifierKind, country: str, value: str) -> str:
    """The number as it is kept: digits only; of a register without rules here, the country and its letters and digits.

    Empty for a value that has none, or more than a number can have.
    """
    plain = unicodedata.normalize("NFKC", value)
    if kind in REGISTERS:
        kept = re.sub(r"[^0-9]", "", plain)
    else:
        signs = re.sub(r"[^0-9A-Z]", "", plain.upper()).removeprefix(country)
        kept = f"{country}{signs}" if re.search(r"[0-9]", signs) else ""
    return kept if len(kept) <= LONGEST else ""


def check(kind: IdentifierKind, country: str, value: str) -> NumberCheck:
    """What the form of a number says of it. A value without a digit is doubtful, and kept as nothing."""
    kept = normalised(kind, country, value)
    if not kept:
        return NumberCheck("", Verdict.DOUBTFUL, gettext("This is not a number of a register."))
    register = REGISTERS.get(kind)
    if register is None:
        return NumberCheck(kept, Verdict.UNKNOWN, gettext("Numbers of this register cannot be checked here."))
    if len(kept) != register.length:
        sentence = gettext("A number of %(register)s has %(wanted)d digits; this one has %(found)d.")
        said = {"register": kind.label, "wanted": register.length, "found": len(kept)}
        return NumberCheck(kept, Verdict.DOUBTFUL, sentence % said)
    if not register.is_right(kept):
        sentence = gettext("The digits of this number of %(register)s do not fit together.")
        return NumberCheck(kept, Verdict.DOUBTFUL, sentence % {"register": kind.label})
    return NumberCheck(kept, Verdict.GOOD, gettext("This number has the right form."))
