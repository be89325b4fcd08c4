"""Numbers of national registers: as they are kept, and whether one can be right."""

import pytest

from accounts.models import IdentifierKind
from accounts.registration.numbers import (
    Verdict,
    check,
    country_of_register,
    normalised,
    registers_of,
    where_to_look,
)

RIZIV, BIG, AGB, RPPS, LANR, NATIONAL = IdentifierKind
GOOD, DOUBTFUL, UNKNOWN = Verdict


@pytest.mark.parametrize(
    ("kind", "country", "value"),
    [
        (RIZIV, "BE", "1-12345-78-004"),  # 97 - 112345 % 97
        (RIZIV, "BE", "1 12345 62 004"),  # 89 - 112345 % 89
        (BIG, "NL", "19012345601"),
        (AGB, "NL", "01 012345"),
        (RPPS, "FR", "10003456786"),
        (LANR, "DE", "123456601"),
        (LANR, "DE", "５５５５５５５11"),
    ],
)
def test_a_number_that_fits_together_is_good(kind: IdentifierKind, country: str, value: str) -> None:
    assert check(kind, country, value).verdict is GOOD


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (RIZIV, "1-12345-79-004", "do not fit together"),
        (RIZIV, "1-12345-78", "has 11 digits; this one has 8"),
        (BIG, "1901234560", "has 11 digits; this one has 10"),
        (AGB, "010123456", "has 8 digits; this one has 9"),
        (RPPS, "10003456789", "do not fit together"),
        (LANR, "123456701", "do not fit together"),
        (RIZIV, "none", "not a number"),
        (RIZIV, "1" * 31, "not a number"),
    ],
)
def test_a_doubtful_number_says_why(kind: IdentifierKind, value: str, said: str) -> None:
    found = check(kind, "BE", value)

    assert found.is_doubtful
    assert said in found.sentence


@pytest.mark.parametrize("value", ["12-ab/7", "LU 12ab7", "lu12AB7"])
def test_another_country_s_number_is_kept_with_its_country_and_cannot_be_checked(value: str) -> None:
    found = check(NATIONAL, "LU", value)

    assert (found.normalised, found.verdict) == ("LU12AB7", UNKNOWN)


def test_a_number_without_a_digit_is_none() -> None:
    assert normalised(NATIONAL, "LU", "unknown") == ""
    assert normalised(RIZIV, "BE", "²") == "2"  # as typed on some keyboards


def test_each_country_has_its_registers() -> None:
    assert registers_of("NL") == [BIG, AGB]
    assert registers_of("LU") == [NATIONAL]
    assert country_of_register(RPPS, "LU") == "FR"
    assert country_of_register(NATIONAL, "LU") == "LU"
    assert "BIG" in str(where_to_look(BIG))
    assert "national register" in str(where_to_look(NATIONAL))
