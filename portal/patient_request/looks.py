"""Who looked, in words for the patient."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.places.towns import place_of
from accounts.sessions.devices import Device
from studies.models import Audience, Request
from studies.who_looked.queries import FailedTry, Looked, What, history_of

_ROLES = {
    Audience.REQUESTER: gettext_lazy("the physician who requested it"),
    Audience.COPY_RECIPIENT: gettext_lazy("a physician who gets a copy"),
    Audience.GROUP_COLLEAGUE: gettext_lazy("a colleague in the same practice"),
    Audience.DELEGATE: gettext_lazy("somebody who works for the physician"),
    Audience.SHARED: gettext_lazy("somebody with whom a physician shared it"),
    Audience.BY_CODE: gettext_lazy("a physician who was given a code"),
    Audience.INSTITUTION: gettext_lazy("somebody of the hospital"),
    Audience.EMERGENCY: gettext_lazy("a physician in an emergency"),
}
_WHAT = {
    What.IMAGES: gettext_lazy("images"),
    What.REPORT: gettext_lazy("report"),
    What.DOWNLOAD: gettext_lazy("download"),
}
_DEVICES = {
    Device.PHONE: gettext_lazy("on a phone"),
    Device.TABLET: gettext_lazy("on a tablet"),
    Device.COMPUTER: gettext_lazy("on a computer"),
}


@dataclass(frozen=True)
class Line:
    """`role` stands after `who` where there is one; `look` is the row to name when this person is to be stopped."""

    at: datetime
    who: str
    role: str = ""
    facts: Sequence[str] = ()
    look: UUID | None = None
    place: str = ""


@dataclass(frozen=True)
class WhoLooked:
    """Newest first. `is_cut`: there was more."""

    looks: Sequence[Line]
    tries: Sequence[Line]
    is_cut: bool

    @property
    def names_places(self) -> bool:
        return any(line.place for line in self.looks)


def who_looked(request: Request, session: UUID | None) -> WhoLooked:
    """Everybody who looked at a request, said to whoever is in with this session."""
    history = history_of(request)
    looks = [_line(look, session) for look in history.looks]
    tries = [Line(attempt.at, _tried(attempt.what)) for attempt in history.tries]
    return WhoLooked(looks, tries, history.is_cut)


def line_of(request: Request, look: UUID) -> Line | None:
    """The line of one look."""
    return next((line for line in who_looked(request, None).looks if line.look == look), None)


def _line(look: Looked, session: UUID | None) -> Line:
    facts = [", ".join(str(_WHAT[what]) for what in look.what)]
    if look.device in _DEVICES:
        facts.append(str(_DEVICES[look.device]))
    place = place_of(look.address)
    if look.audience is None:
        return Line(look.at, _with_the_code(look, session), facts=facts, place=place)
    role = str(_ROLES.get(look.audience, look.audience.label))
    if look.name:
        return Line(look.at, look.name, role, facts, look.uuid, place)
    return Line(look.at, role[:1].upper() + role[1:], facts=facts, look=look.uuid, place=place)


def _with_the_code(look: Looked, session: UUID | None) -> str:
    if look.session is not None and look.session == session:
        return _("You, on this visit")
    return _("With your code, for someone else") if look.for_another else _("With your code")


def _tried(what: FailedTry) -> str:
    if what is FailedTry.DATE:
        return _("Somebody had your code and typed a wrong date of birth.")
    return _("Somebody had your code and your date of birth, and typed a wrong token.")
