"""What every page's layout needs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit.actor import ActorKind
from accounts.service_desk import contact
from accounts.sessions.services import actor_of, may_stay_longer, seconds_left
from accounts.staff.ways import ways_of_staff
from portal.environments import Environment, other_environments, present_environment
from portal.theme import theme_of
from studies.institutions.permissions import StaffPermission, standing_now

_ADMIN, _DESK = "admin", "desk"


@dataclass(frozen=True)
class Visitor:
    """Who the header greets."""

    kind: ActorKind

    @property
    def is_account(self) -> bool:
        return self.kind is ActorKind.ACCOUNT

    @property
    def is_logged_in(self) -> bool:
        return self.kind in (ActorKind.ACCOUNT, ActorKind.PATIENT)


@dataclass(frozen=True)
class TimeLeft:
    """Until when a visit lasts if nothing is done; `extendable`: whether doing something makes it last longer."""

    seconds: int
    until: datetime
    extendable: bool


class Layout:
    """Asked by the layout, each part only when a template names it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def visitor(self) -> Visitor:
        return Visitor(actor_of(self._request).kind if self._has_session else ActorKind.VISITOR)

    @cached_property
    def time_left(self) -> TimeLeft | None:
        """How long the visit still lasts; None for whoever is not logged in."""
        if not self.visitor.is_logged_in:
            return None
        at = timezone.now()
        seconds = seconds_left(self._request, at)
        return TimeLeft(seconds, at + timedelta(seconds=seconds), may_stay_longer(self._request, at))

    @property
    def _has_session(self) -> bool:
        # A request refused before its session was read has none.
        return hasattr(self._request, "session")

    @property
    def speaks_to_professionals(self) -> bool:
        """Whether the reader has an account, or stands at the door for those who do."""
        match = self._request.resolver_match
        return self.visitor.is_account or (match is not None and match.app_name == "accounts")

    @property
    def leads_to_admin(self) -> bool:
        """Whether the header leads to the admin too."""
        return _ADMIN in self._ways

    @property
    def leads_to_desk(self) -> bool:
        """Whether the header leads to the desk."""
        return _DESK in self._ways

    @cached_property
    def _ways(self) -> Collection[str]:
        return ways_of_staff(self._request, self._live_ways, timezone.now()) if self.visitor.is_account else ()

    def _live_ways(self) -> list[str]:
        permissions = standing_now(self._request.user).permissions
        open_now = {_ADMIN: bool(permissions), _DESK: StaffPermission.ISSUE_CODE in permissions}
        return [way for way, leads in open_now.items() if leads]

    @property
    def environment(self) -> Environment:
        return present_environment()

    @property
    def other_environments(self) -> list[Environment]:
        return other_environments()

    @property
    def operator(self) -> str:
        return str(settings.OPERATOR_NAME)

    @property
    def service_desk(self) -> dict[str, str]:
        """How it is called: `phone` (E.164) and `words`; both empty where the operator named no number."""
        return {"phone": contact.phone(), "words": contact.in_words()}

    @property
    def next(self) -> str:
        """The page to stay on when language or theme change: this one, unless it answers a form only."""
        return self._request.get_full_path()


def portal(request: HttpRequest) -> dict[str, object]:
    return {"portal": Layout(request), "theme": theme_of(request)}
