"""The text of a code: what a letter shows, and what somebody types."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studies.access_codes.codes import ALPHABET, LENGTH, CodeFault, Mistyped, fresh, read, shown

fresh_codes = st.randoms(use_true_random=False).map(lambda random: fresh(random.randrange))
places = st.integers(0, LENGTH - 1)


def test_a_letter_shows_three_groups_of_four() -> None:
    code = fresh(lambda _: 10)
    assert shown(code) == f"AAAA-AAAA-AAA{code[-1]}"
    assert read(shown(code)) == code


def test_codes_are_eleven_random_characters_and_one_that_checks_them() -> None:
    assert len({fresh() for _ in range(1000)}) == 1000
    assert {character for _ in range(200) for character in fresh()} == set(ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        "k7q2-91m0-x4t{}",
        "K7Q291M0X4T{}",
        "  k7q2 9lmo x4t{} ",
        "K7Q2–9IMO—X4T{}",
        "K7Q2\u00ad91M0 X4T{}\n",
        "Ｋ７Ｑ２９１Ｍ０Ｘ４Ｔ{}",
        "K7Q2.91M0.X4T{}",
    ],
)
def test_typing_is_forgiven(typed: str) -> None:
    code = next(
        read(candidate) for character in ALPHABET if (candidate := f"K7Q291M0X4T{character}") and _is_code(candidate)
    )
    assert read(typed.format(code[-1])) == code


@given(fresh_codes, places, st.sampled_from(ALPHABET))
def test_every_single_mistyped_character_is_noticed(code: str, place: int, other: str) -> None:
    wrong = code[:place] + other + code[place + 1 :]
    assert _is_code(wrong) == (wrong == code)


@given(fresh_codes, places, places)
def test_every_two_characters_that_changed_places_are_noticed(code: str, one: int, two: int) -> None:
    swapped = list(code)
    swapped[one], swapped[two] = swapped[two], swapped[one]
    assert _is_code("".join(swapped)) == ("".join(swapped) == code)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", CodeFault.EMPTY),
        (" - ", CodeFault.EMPTY),
        ("K7Q2-91M0", CodeFault.LENGTH),
        ("K7Q2-91M0-X4TT-0", CodeFault.LENGTH),
        ("K7Q2-91M0-X4U0", CodeFault.CHARACTER),
        ("K7Q2-91M0-X4é0", CodeFault.CHARACTER),
    ],
)
def test_what_is_no_code_says_why(typed: str, fault: CodeFault) -> None:
    with pytest.raises(Mistyped) as mistyped:
        read(typed)
    assert mistyped.value.fault is fault


@given(st.text())
def test_any_text_is_a_code_or_mistyped(text: str) -> None:
    with suppress(Mistyped):
        assert len(read(text)) == LENGTH


def _is_code(text: str) -> bool:
    with suppress(Mistyped):
        return read(text) == text
    return False
