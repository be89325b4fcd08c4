"""A login between its two steps: who, for what, until when, and where it leads; kept in the session only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts.models import User
from accounts.sessions.services import begin_visitor_session, end_session

LASTS = timedelta(minutes=5)
_KEY = "half_finished_login"


class Purpose(StrEnum):
    LOGIN = "login"


@dataclass(frozen=True)
class HalfFinished:
    """A user whose password was right, and the path the login leads to."""

    user: User
    next_path: str


def begin(request: HttpRequest, user: User, next_path: str, at: datetime) -> None:
    """Note that the password was right, in a new session that carries nothing over."""
    begin_visitor_session(request, at)
    request.session[_KEY] = {
        "purpose": Purpose.LOGIN,
        "user": str(user.uuid),
        "password": user.get_session_auth_hash(),
        "until": (at + LASTS).isoformat(),
        "next": next_path,
    }


def current(request: HttpRequest, at: datetime) -> HalfFinished | None:
    """The half-finished login of this session: not expired, its user still active, its password not changed since."""
    noted = request.session.get(_KEY)
    if noted is None or noted["purpose"] != Purpose.LOGIN or at >= datetime.fromisoformat(noted["until"]):
        return None
    user = User.objects.filter(uuid=UUID(noted["user"]), is_active=True).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), noted["password"]):
        return None
    return HalfFinished(user, noted["next"])


def forget_lapsed(request: HttpRequest, at: datetime) -> bool:
    """Whether this session holds a login whose second step took too long; it is forgotten with the asking."""
    lapsed = _KEY in request.session and current(request, at) is None
    if lapsed:
        end_session(request)
    return lapsed
