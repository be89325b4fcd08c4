"""The text of an access code: made, shown, and read forgivingly. Pure functions.

12 characters of Crockford's base32 (https://www.crockford.com/base32.html), shown as XXXX-XXXX-XXXX: 11 at random
(55 bits) and a check character. Crockford's own check is a remainder modulo 37 and needs five symbols beyond the
alphabet, which no phone keyboard has at hand. Ours stays within the alphabet: characters are elements of GF(32),
with x^5 + x^2 + 1 (binary 100101, which is 37) as the polynomial, and the sum of all twelve, each times a different
power of x, is zero. It finds every single mistyped character and every two that changed places.
"""

import secrets
from collections.abc import Callable
from enum import StrEnum

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_POLYNOMIAL = 0b100101
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
# Hyphens of every kind that text programs make of "-": U+2010 to U+2015, minus, small, full-width, soft; and dots.
_DASHES = "-‐‑‒–—―−﹘﹣－\u00ad_.·"


class CodeFault(StrEnum):
    """What can be said of a text without asking whether such a code exists."""

    EMPTY = "empty"
    LENGTH = "length"
    CHARACTER = "character"  # one that no code has
    CHECK = "check"  # mistyped somewhere


class Mistyped(ValueError):
    """The text is no code; `fault` says what is wrong with it."""

    def __init__(self, fault: CodeFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def fresh(below: Callable[[int], int] = secrets.randbelow) -> str:
    """A new code, 12 characters; `below(n)` gives a random integer from 0 to n - 1."""
    body = "".join(ALPHABET[below(len(ALPHABET))] for _ in range(LENGTH - 1))
    return body + check_character(body)


def shown(code: str) -> str:
    """As letters and pages show it: XXXX-XXXX-XXXX."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def read(text: str) -> str:
    """The code that somebody typed, 12 characters. Raises Mistyped.

    Case, spaces and dashes do not matter; O is read as 0, I and L as 1; full-width characters as plain ones.
    """
    plain = "".join(_plain(character) for character in text if not character.isspace() and character not in _DASHES)
    code = plain.upper().translate(_LOOKALIKES)
    if not code:
        raise Mistyped(CodeFault.EMPTY)
    if any(character not in ALPHABET for character in code):
        raise Mistyped(CodeFault.CHARACTER)
    if len(code) != LENGTH:
        raise Mistyped(CodeFault.LENGTH)
    if _sum(code) != 0:
        raise Mistyped(CodeFault.CHECK)
    return code


def check_character(body: str) -> str:
    """The twelfth character of a code, from the eleven before it."""
    return ALPHABET[_times_x(_sum(body))]


def _sum(code: str) -> int:
    total = 0
    for character in code:
        total = _times_x(total) ^ ALPHABET.index(character)
    return total


def _times_x(element: int) -> int:
    doubled = element << 1
    return doubled ^ _POLYNOMIAL if doubled & 0b100000 else doubled


def _plain(character: str) -> str:
    return chr(ord(character) - 0xFEE0) if "！" <= character <= "～" else character
