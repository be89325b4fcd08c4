"""Every look at a request, and every failed try with its codes, from the audit log: a constant number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Q

from accounts.audit.actor import ActorKind
from accounts.models import AuditAction, AuditEvent, User
from accounts.sessions.devices import Device
from studies.access_codes.entries import Refusal
from studies.models import Audience, Request

MOST = 200
# Images and report are opened one after the other: one visit, one line.
ONE_LOOK = timedelta(minutes=1)


class What(StrEnum):
    IMAGES = "images"
    REPORT = "report"
    DOWNLOAD = "download"


class FailedTry(StrEnum):
    DATE = "date"
    TOKEN = "token"  # noqa: S105 - a kind of try


_LOOKS = {
    AuditAction.LOOKED_AT_IMAGES: What.IMAGES,
    AuditAction.LOOKED_AT_REPORT: What.REPORT,
    AuditAction.DOWNLOADED: What.DOWNLOAD,
}


@dataclass(frozen=True)
class Looked:
    """Somebody looked. `uuid` is that of the audit row, `name` is empty where it is not told or nobody is named.

    `audience` is why an account could; None with a code. `for_another`: whoever held the code said that it is for
    someone else.
    """

    uuid: UUID
    at: datetime
    what: tuple[What, ...]
    audience: Audience | None
    name: str
    device: Device
    session: UUID | None
    address: str | None = None
    for_another: bool = False


@dataclass(frozen=True)
class Tried:
    """Somebody had the code and typed a wrong date of birth, or a wrong token."""

    at: datetime
    what: FailedTry


@dataclass(frozen=True)
class History:
    """Newest first. `is_cut`: there was more than is told."""

    looks: Sequence[Looked]
    tries: Sequence[Tried]
    is_cut: bool


def history_of(request: Request) -> History:
    """Who looked at a request (it comes with its institution), as its institution lets patients know. Two queries."""
    wanted = (
        Q(action__in=[*_LOOKS, AuditAction.OPENED_FOR_ANOTHER])
        | Q(action=AuditAction.PATIENT_REFUSED, details__reason=Refusal.WRONG_DATE.value)
        | Q(action=AuditAction.TOKEN_REFUSED, details__reason__in=["wrong", "spent"])
    )
    rows = AuditEvent.objects.filter(wanted, request=request.uuid).order_by("-at", "-pk")
    events = list(rows[: MOST + 1])
    told = events[:MOST]
    return History(
        _looks(told, _names(told) if request.institution.patients_see_names else {}),
        [Tried(event.at, _failed(event)) for event in told if _is_a_try(event)],
        len(events) > MOST,
    )


def account_behind(request: Request, look: UUID) -> UUID | None:
    """The account that looked at this request, by the UUID of its audit row; None where there is none."""
    looks = AuditEvent.objects.filter(Q(uuid=look), request=request.uuid, action__in=_LOOKS)
    return looks.filter(actor_kind=ActorKind.ACCOUNT).values_list("actor", flat=True).first()


def _names(events: Iterable[AuditEvent]) -> dict[UUID | None, str]:
    accounts = {event.actor for event in events if event.actor_kind == ActorKind.ACCOUNT and event.actor}
    return {user.uuid: user.get_full_name() for user in User.objects.filter(uuid__in=accounts)}


def _looks(events: Sequence[AuditEvent], names: dict[UUID | None, str]) -> list[Looked]:
    for_another = _sessions_for_another(events)
    looks: list[Looked] = []
    for event in events:
        if event.action not in _LOOKS:
            continue
        look = Looked(
            uuid=event.uuid,
            at=event.at,
            what=(_LOOKS[AuditAction(event.action)],),
            audience=Audience(event.audience) if event.actor_kind == ActorKind.ACCOUNT else None,
            name=names.get(event.actor, "") if event.actor_kind == ActorKind.ACCOUNT else "",
            device=Device(str(event.details.get("device", ""))),
            session=event.session,
            address=event.address,
            for_another=event.session in for_another,
        )
        if looks and _is_the_same(looks[-1], look):
            look, looks = _joined(looks[-1], look), looks[:-1]
        looks.append(look)
    return looks


def _is_the_same(later: Looked, look: Looked) -> bool:
    return look.session is not None and later.session == look.session and later.at - look.at < ONE_LOOK


def _joined(later: Looked, look: Looked) -> Looked:
    what = tuple(kind for kind in What if kind in (*later.what, *look.what))
    return replace(look, what=what)


def _sessions_for_another(events: Iterable[AuditEvent]) -> set[UUID | None]:
    """The sessions whose holder said so, and did not take it back."""
    said: dict[UUID | None, bool] = {}
    for event in events:
        if event.action == AuditAction.OPENED_FOR_ANOTHER:
            said.setdefault(event.session, bool(event.details.get("for_another")))
    return {session for session, holds in said.items() if holds}


def _is_a_try(event: AuditEvent) -> bool:
    return event.action in (AuditAction.PATIENT_REFUSED, AuditAction.TOKEN_REFUSED)


def _failed(event: AuditEvent) -> FailedTry:
    return FailedTry.DATE if event.action == AuditAction.PATIENT_REFUSED else FailedTry.TOKEN
