"""Passing the two steps of a login, and leaving.

Throttling comes before every check and commits on its own. A try that was refused for being too early is not audited
row by row: whoever sends thousands would otherwise fill the log; each that was checked is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest

from accounts.addresses import client_address, network_of
from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction, User
from accounts.second_factor.services import verify_totp
from accounts.sessions.services import actor_of, begin_account_session, end_session
from accounts.throttling.alarm import count_failure
from accounts.throttling.limits import (
    LOGIN_ACCOUNT,
    LOGIN_ADDRESS,
    LOGIN_ALARM,
    LOGIN_BROWSER,
    LOGIN_NETWORK,
    SECOND_FACTOR,
)
from accounts.throttling.services import Try, forgive, forgive_all, take, take_all

from .browsers import known_browser
from .half_finished import HalfFinished


@dataclass(frozen=True)
class Refused:
    """`again_at`: when the next try works, None for at once. `unchecked`: it came too early and was not looked at."""

    again_at: datetime | None
    unchecked: bool


def pass_password(request: HttpRequest, username: str, password: str, at: datetime) -> User | Refused:
    """The active user of this name and password. Unknown, wrong and inactive are refused alike, with the same work."""
    name = username.strip().lower()
    tries = _password_tries(request, name)
    verdict = take_all(tries, at)
    if not verdict.allowed:
        return Refused(verdict.again_at, unchecked=True)
    account = User.objects.filter(username=name).first()
    user = authenticate(request, username=name, password=password)
    if isinstance(user, User):
        forgive_all(tries, at)
        return user
    _record_failure(actor_of(request), at, "password", account)
    return Refused(verdict.again_at, unchecked=False)


def pass_second_factor(request: HttpRequest, login: HalfFinished, token: str, at: datetime) -> Refused | None:
    """Begin the user's session if the token is right; None then."""
    subject = str(login.user.uuid)
    verdict = take(SECOND_FACTOR, subject, at)
    if not verdict.allowed:
        return Refused(verdict.again_at, unchecked=True)
    device = verify_totp(login.user, token, at)
    if device is None:
        _record_failure(actor_of(request), at, "second factor", login.user)
        return Refused(verdict.again_at, unchecked=False)
    forgive(SECOND_FACTOR, subject, at)
    with transaction.atomic():
        begin_account_session(request, login.user, device, at)
        record(AuditAction.LOGGED_IN, actor_of(request), at, details={"factor": "totp"})
    return None


def log_out(request: HttpRequest, at: datetime) -> None:
    """End the session on the server, whoever's it is."""
    actor = actor_of(request)
    with transaction.atomic():
        if actor.uuid is not None:
            record(AuditAction.LOGGED_OUT, actor, at)
        end_session(request)


def _password_tries(request: HttpRequest, name: str) -> Sequence[Try]:
    browser = known_browser(request, name)
    if browser is not None:
        return [(LOGIN_BROWSER, f"{browser} {name}")]
    address = client_address(request)
    return [
        (LOGIN_ACCOUNT, name),
        (LOGIN_ADDRESS, network_of(address, 32, 64)),
        (LOGIN_NETWORK, network_of(address, 24, 48)),
    ]


def _record_failure(actor: Actor, at: datetime, step: str, account: User | None) -> None:
    details: dict[str, str | int | bool | None] = {"step": step, "account": str(account.uuid) if account else None}
    record(AuditAction.LOGIN_FAILED, actor, at, details=details)
    count_failure(LOGIN_ALARM, at)
