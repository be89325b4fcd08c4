"""Which passwords are refused, and that a good one is not."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User
from tests.factories.accounts import PASSWORD

LENA = User(username="lena.dubois@example.org", first_name="Lena", last_name="Van den Broeck-Dübois")


def codes(password: str) -> set[str]:
    try:
        validate_password(password, LENA)
    except ValidationError as refused:
        return {error.code or "" for error in refused.error_list}
    return set()


@pytest.mark.parametrize("password", ["short horse", "Tr0ub4dor&3"])
def test_twelve_characters_are_the_least(password: str) -> None:
    assert "password_too_short" in codes(password)


@pytest.mark.parametrize("password", ["qwerty123456", "1q2w3e4r5t6y", "motherfucker"])
def test_a_listed_password_is_refused_once(password: str) -> None:
    assert codes(password) == {"password_too_common"}


@pytest.mark.parametrize(
    "password",
    [
        "Password2026!",
        "P@ssw0rdP@ssw0rd",
        "!!!Welcome!!!123",
        "dragon-dragon-dragon",
        "2026sunshine2026",
        "Liverpool.1892",
        "m-o-n-k-e-y-1-2-3",
        "qwertyuiopas",
        "azertyuiopqs!!",
        "abcdefghijklm",
        "zyxwvutsrqpo",
    ],
)
def test_a_common_password_made_longer_is_refused(password: str) -> None:
    assert "password_known_stem" in codes(password)


@pytest.mark.parametrize(
    "password", ["LenaDubois2026", "vandenbroeck-1980", "lena.dubois@example.org", "PACSonWEB-Lena-1", "Dübois.Lena!12"]
)
def test_a_password_of_ones_own_names_is_refused(password: str) -> None:
    assert "password_own_names" in codes(password)


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "violin under seven trees", "Xk9#qPz2vLw8", "lena likes grey marble stairs", "ผมชอบดื่มชาตอนเช้า"],
)
def test_a_good_password_is_welcome(password: str) -> None:
    assert codes(password) == set()
