"""Which stories are told: all combinations of what an institution asks and of what a patient comes with, or a few.

The few are pairwise: every value of each parameter meets every value of each other one, because what goes wrong between
two things shows there (Cohen et al., "The AETG System", IEEE TSE 23(7), 1997).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, product
from typing import Any

from tests.browser.conftest import DESKTOP, PHONE


class Factor(StrEnum):
    """The second factor, and how it reaches the patient."""

    NONE = "none"
    SMS = "sms"
    MAIL = "mail"
    SLIP = "slip"


class Entrance(StrEnum):
    LINK = "link"
    FORM = "form"


@dataclass(frozen=True)
class Combination:
    """What the institution asks, and the patient's browser."""

    factor: Factor
    pays: bool
    width: int
    language: str
    javascript: bool
    entrance: Entrance

    def __str__(self) -> str:
        pays = "pays" if self.pays else "free"
        return (
            f"{self.factor}-{pays}-{self.width}-{self.language}-{'js' if self.javascript else 'nojs'}-{self.entrance}"
        )


ASKED: dict[str, Sequence[Any]] = {
    "factor": list(Factor),
    "pays": [False, True],
    "width": [PHONE, DESKTOP],
    "language": ["nl", "fr", "de", "en"],
    "javascript": [True, False],
}
PARAMETERS = ASKED | {"entrance": list(Entrance)}


def every() -> list[Combination]:
    """All 128 of what is asked; half of them begin with the link, half with the form."""
    told = []
    for places in product(*(range(len(values)) for values in ASKED.values())):
        chosen = {name: values[place] for (name, values), place in zip(ASKED.items(), places, strict=True)}
        told.append(Combination(**chosen, entrance=list(Entrance)[sum(places) % 2]))
    return told


def few() -> list[Combination]:
    """As few as greed finds, with every pair of values of two parameters."""
    return [Combination(**chosen) for chosen in pairwise(PARAMETERS)]


Row = dict[str, Any]
Pair = frozenset[tuple[str, Any]]


def pairs_of(row: Mapping[str, Any]) -> set[Pair]:
    """Every two of its values, each with its parameter's name."""
    return {frozenset(pair) for pair in combinations(row.items(), 2)}


def pairwise(parameters: Mapping[str, Sequence[Any]]) -> list[Row]:
    """Rows in which every pair of values of two parameters occurs: each the one with the most pairs still missing.

    Among equals the one with the pairs that were told least, so that no value is told much oftener than another. Looks
    at the whole product for each row, so for small ones. The same rows each time.
    """
    rows = [dict(zip(parameters, values, strict=True)) for values in product(*parameters.values())]
    missing = set().union(*map(pairs_of, rows)) if rows else set()
    chosen: list[Row] = []
    told: Counter[Pair] = Counter()
    while missing:
        best = max(rows, key=lambda row: (len(pairs_of(row) & missing), -sum(told[pair] for pair in pairs_of(row))))
        chosen.append(best)
        told.update(pairs_of(best))
        missing -= pairs_of(best)
    return chosen
