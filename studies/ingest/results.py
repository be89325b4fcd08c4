"""How each file of a delivery ended."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Fate(StrEnum):
    """Every file met ends as exactly one of these."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Result:
    """One file's end; `reason` in plain English for the operator, `study` the UUID of the study it belongs to here."""

    name: str
    fate: Fate
    reason: str = ""
    study: UUID | None = None
