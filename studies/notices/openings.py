"""How much of a request its code opens, and what is still awaited."""

from dataclasses import dataclass
from datetime import datetime

from accounts.audit.actor import SYSTEM
from studies.access import PatientViewer, Withheld, page_of
from studies.models import AccessCode

# What opens by itself one day; the rest is settled, and nobody is told to wait for it.
_AWAITED = (Withheld.AWAITED, Withheld.DELAY, Withheld.HELD, Withheld.PRELIMINARY)


@dataclass(frozen=True)
class Openings:
    """`open`: how many images and reports are open. `latest`: since when the last one is. `is_waiting`: more comes."""

    open: int
    latest: datetime | None
    is_waiting: bool


def openings_of(code: AccessCode, at: datetime) -> Openings:
    """What this code opens at `at`. It comes with its request, patient and institution; nothing is looked at."""
    grants = [grant for _study, grant in page_of(PatientViewer(code, SYSTEM), at)]
    answers = [answer for grant in grants for answer in (grant.images, grant.report)]
    since = [answer.since for answer in answers if answer.allowed and answer.since is not None]
    waiting = any(not answer.allowed and answer.withheld in _AWAITED for answer in answers)
    return Openings(sum(answer.allowed for answer in answers), max(since, default=None), waiting)
