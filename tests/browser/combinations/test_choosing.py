"""The choice of stories leaves no two things untold together."""

from itertools import combinations, product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from .choosing import ASKED, PARAMETERS, Entrance, every, few, pairs_of, pairwise


def met(rows: list[dict[str, Any]], one: str, other: str) -> set[tuple[Any, Any]]:
    return {(row[one], row[other]) for row in rows}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=2, max_size=4))
def test_every_two_values_meet_and_no_row_is_idle(sizes: list[int]) -> None:
    parameters = {f"p{number}": list(range(size)) for number, size in enumerate(sizes)}
    rows = pairwise(parameters)
    for one, other in combinations(parameters, 2):
        assert met(rows, one, other) == set(product(parameters[one], parameters[other]))
    for number, row in enumerate(rows):
        assert pairs_of(row) - set().union(*map(pairs_of, rows[:number])), "each row is there for a pair of its own"


def test_the_stories_of_every_run_are_few_and_meet_in_all_pairs() -> None:
    told = [vars(combination) for combination in few()]
    assert 16 <= len(told) <= 20
    for one, other in combinations(PARAMETERS, 2):
        assert met(told, one, other) == set(product(PARAMETERS[one], PARAMETERS[other])), (one, other)


def test_the_long_run_tells_all_and_enters_both_ways() -> None:
    told = [vars(combination) for combination in every()]
    assert {tuple(story[name] for name in ASKED) for story in told} == set(product(*ASKED.values()))
    assert len(told) == 128
    for name in ASKED:
        assert met(told, name, "entrance") == set(product(ASKED[name], Entrance))
