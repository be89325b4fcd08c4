"""A login between its two steps: who, for what, until when, and where it leads; kept in the session only."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django_otp.models import Device

from accounts.models import User
from accounts.sessions.services import begin_visitor_session, end_session, store_of

LASTS = timedelta(minutes=5)
_KEY = "half_finished_login"
_EXPECTED = "expected_login"


class Purpose(StrEnum):
    LOGIN = "login"
    AGAIN = "again"  # somebody who is logged in gives a second factor once more
    BIND_EID = "bind_eid"  # a login that binds a card to the account


@dataclass(frozen=True)
class HalfFinished:
    """A user whose password was right, and the path the login leads to.

    `session` is the UUID of the session it lives in. `sign_in` is that of the row that says how far it got, `carried`
    what was noted before the password. `passed` is a second factor that was given but is not enough by itself.
    """

    user: User
    purpose: Purpose
    next_path: str
    session: UUID
    sign_in: UUID | None = None
    passed: str = ""
    carried: dict[str, str] = field(default_factory=dict)


def expect(request: HttpRequest, purpose: Purpose, carried: dict[str, str], at: datetime) -> None:
    """Note what the login that follows in this browser is for, in a new session; it has five minutes to begin."""
    begin_visitor_session(request, at)
    request.session[_EXPECTED] = {"purpose": purpose, "carried": carried, "until": (at + LASTS).isoformat()}


def expected(request: HttpRequest, at: datetime) -> Purpose:
    """What a login that begins now in this browser is for."""
    noted = store_of(request).get(_EXPECTED)
    return Purpose(noted["purpose"]) if noted and at < datetime.fromisoformat(noted["until"]) else Purpose.LOGIN


def begin(request: HttpRequest, user: User, next_path: str, at: datetime, sign_in: UUID | None = None) -> None:
    """Note that the password was right, in a new session that carries nothing over but what the login is for."""
    expected = store_of(request).take(_EXPECTED)
    if expected is None or at >= datetime.fromisoformat(expected["until"]):
        expected = {"purpose": Purpose.LOGIN, "carried": {}}
    noted = {
        "purpose": expected["purpose"],
        "carried": expected["carried"],
        "user": str(user.uuid),
        "password": user.get_session_auth_hash(),
        "until": (at + LASTS).isoformat(),
        "next": next_path,
        "sign_in": str(sign_in) if sign_in else "",
        "passed": "",
    }
    begin_visitor_session(request, at, {_KEY: noted})


def current(request: HttpRequest, at: datetime) -> HalfFinished | None:
    """The half-finished login of this session: not expired, its user still active, its password not changed since."""
    return _read(request, request.session.get(_KEY), at)


def finish(request: HttpRequest) -> bool:
    """End its session. Whether this request, which has read `current`, may finish it: no login is finished twice."""
    return store_of(request).end_once()


def note_passed(request: HttpRequest, device: Device) -> None:
    """Note that a factor was given which is not enough: what is needed beside it is set up next."""
    request.session[_KEY] = request.session[_KEY] | {"passed": device.persistent_id}


def forget_lapsed(request: HttpRequest, at: datetime) -> bool:
    """Whether this session holds a login whose second step took too long; it is forgotten with the asking."""
    lapsed = _KEY in request.session and current(request, at) is None
    if lapsed:
        end_session(request)
    return lapsed


def _read(request: HttpRequest, noted: dict[str, Any] | None, at: datetime) -> HalfFinished | None:
    row = store_of(request).row
    if noted is None or row is None or at >= datetime.fromisoformat(noted["until"]):
        return None
    user = User.objects.filter(uuid=UUID(noted["user"]), is_active=True).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), noted["password"]):
        return None
    return HalfFinished(
        user=user,
        purpose=Purpose(noted["purpose"]),
        next_path=noted["next"],
        session=row.uuid,
        sign_in=UUID(noted["sign_in"]) if noted["sign_in"] else None,
        passed=noted["passed"],
        carried=noted["carried"],
    )
