"""What a patient is told before the last step: how the token will come."""

from dataclasses import dataclass
from datetime import datetime

from studies.access_codes.demands import effective_second_factor
from studies.access_codes.slips import has_slip
from studies.models import PatientSecondFactor

from .desks import Desk, desk_of
from .second_factor.ways import Way, chosen_way, ways_of
from .steps import PatientLogin


@dataclass(frozen=True)
class Ahead:
    """The second factor that comes after a payment.

    `chosen` is None for a slip; `has_slip`: whether the desk gave one. `is_possible`: whether any token can reach the
    patient at all; where not, nobody should pay before calling one of `desks`: the institution's own.
    """

    ways: list[Way]
    chosen: Way | None
    has_slip: bool
    desks: list[Desk]

    @property
    def is_possible(self) -> bool:
        return bool(self.ways) or self.has_slip

    @property
    def has_several(self) -> bool:
        return len(self.ways) > 1

    @property
    def others(self) -> list[Way]:
        return [way for way in self.ways if way != self.chosen]


def ahead_of(login: PatientLogin, at: datetime) -> Ahead | None:
    """How the token of this login will come; None where none is asked."""
    if effective_second_factor(login.code) is PatientSecondFactor.NONE:
        return None
    ways = ways_of(login.code, at)
    desks = [desk_of(login.code.request.institution)]
    return Ahead(ways, chosen_way(ways, login.way), has_slip(login.code), desks)
