"""What stands beside the letter: being told, the day in a calendar, who looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from studies.access import PatientViewer
from studies.contacts.reachable import reachable_by
from studies.models import Contact
from studies.notices.queries import awaited_by
from studies.overview.readiness import State, Tone

from .looks import WhoLooked, who_looked


@dataclass(frozen=True)
class Telling:
    """One way to be told. `masked` is the number or address as far as a page shows it."""

    channel: Contact
    masked: str
    is_asked: bool

    @property
    def is_sms(self) -> bool:
        return self.channel is Contact.SMS


@dataclass(frozen=True)
class Beside:
    """`tellings` is empty where nothing is awaited; `has_date`: whether it is known when something opens."""

    tellings: Sequence[Telling]
    has_date: bool
    looked: WhoLooked
    for_another: bool

    @property
    def can_be_told(self) -> bool:
        """Whether there is a way to be told that was not asked for yet."""
        return any(not telling.is_asked for telling in self.tellings)


def beside(viewer: PatientViewer, ready: Sequence[State], for_another: bool, at: datetime) -> Beside:
    """For whoever came in with this code; `ready` is what the letter says of each part."""
    return Beside(
        tellings=_tellings(viewer, at) if any(state.tone is Tone.WAITING for state in ready) or not ready else [],
        has_date=any(state.opens for state in ready),
        looked=who_looked(viewer.code.request, viewer.actor.session),
        for_another=for_another,
    )


def _tellings(viewer: PatientViewer, at: datetime) -> list[Telling]:
    request = viewer.code.request
    asked = awaited_by(request)
    ways = reachable_by(request.patient, request.institution, at)
    return [Telling(way.channel, way.masked, way.channel in asked) for way in ways]
