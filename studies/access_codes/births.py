"""Dates of birth as somebody types them, and as a hospital knows them: in whole or in part."""

import hmac
from dataclasses import dataclass
from datetime import date

from studies.models import Patient

OLDEST_YEARS = 150


@dataclass(frozen=True)
class Birth:
    """What was typed: day, month and year, or the year alone. A field left empty is None."""

    day: int | None
    month: int | None
    year: int | None

    def is_possible(self, today: date) -> bool:
        """Whether somebody who lives at `today` can have been born then."""
        if self.year is None or not today.year - OLDEST_YEARS <= self.year <= today.year:
            return False
        if self.day is not None and self.month is None:
            return False
        try:
            return date(self.year, *(1 if part is None else part for part in (self.month, self.day))) <= today
        except ValueError:
            return False


def is_known(patient: Patient) -> bool:
    """Whether the birth date is known well enough to ask for it: the year at least."""
    return patient.birth_year is not None


def agrees(birth: Birth, patient: Patient | None) -> bool:
    """Whether what was typed is what the hospital knows: the parts that it knows count, the others are ignored.

    Takes the same time whatever differs. For no patient, and for one whose year is unknown: no.
    """
    known = (patient.birth_year, patient.birth_month, patient.birth_day) if patient is not None else (None, None, None)
    typed = (birth.year, birth.month, birth.day)
    expected = _written(known)
    given = _written(tuple(part if wanted is not None else None for part, wanted in zip(typed, known, strict=True)))
    same = hmac.compare_digest(expected, given)
    return same and known[0] is not None


def _written(parts: tuple[int | None, ...]) -> bytes:
    return "-".join("----" if part is None else f"{part:04d}" for part in parts).encode()
