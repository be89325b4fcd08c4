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
from django_otp.models import Device

from accounts.addresses import client_address, network_of
from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction, Passkey, User
from accounts.second_factor.passkeys import verify_passkey
from accounts.second_factor.verification import Answer, PasskeyAnswer, Wrong, verify
from accounts.sessions.services import actor_of, end_session
from accounts.throttling.alarm import count_failure
from accounts.throttling.limits import (
    LOGIN_ACCOUNT,
    LOGIN_ADDRESS,
    LOGIN_ALARM,
    LOGIN_BROWSER,
    LOGIN_NETWORK,
    SECOND_FACTOR,
)
from accounts.throttling.services import Try, forgive_all, take_all

from .browsers import known_browser

SECOND_FACTOR_STEP = "second factor"  # as the audit log calls it


@dataclass(frozen=True)
class Refused:
    """`again_at`: when the next try works, None for at once. `unchecked`: it came too early and was not looked at.

    `wrong`: what was wrong with a second factor that was looked at.
    """

    again_at: datetime | None
    unchecked: bool
    wrong: Wrong | None = None


def pass_password(request: HttpRequest, username: str, password: str, at: datetime) -> User | Refused:
    """The active user of this name and password. Unknown, wrong and inactive are refused alike, with the same work."""
    name = username.strip().lower()
    tries = _password_tries(request, name)
    verdict = take_all(tries, at)
    if not verdict.allowed:
        return Refused(verdict.again_at, unchecked=True)
    user = authenticate(request, username=name, password=password)
    if isinstance(user, User):
        forgive_all(tries, at)
        return user
    _record_failure(actor_of(request), at, "password", User.objects.filter(username=name).first())
    return Refused(verdict.again_at, unchecked=False)


def pass_second_factor(request: HttpRequest, user: User, answer: Answer, at: datetime) -> Device | Refused:
    """The device that gave the right answer. No passkey can be guessed: it never waits for what was guessed before."""
    is_passkey = isinstance(answer, PasskeyAnswer)
    tries = _tries_here(request, user.username) if is_passkey else _factor_tries(request, user)
    verdict = take_all(tries, at)
    if not verdict.allowed:
        return Refused(verdict.again_at, unchecked=True)
    device = verify(user, answer, at)
    if isinstance(device, Wrong):
        _record_failure(actor_of(request), at, SECOND_FACTOR_STEP, user)
        return Refused(verdict.again_at, unchecked=False, wrong=device)
    forgive_all(tries, at)
    return device


def pass_passkey(request: HttpRequest, credential: str, challenge: bytes | None, at: datetime) -> Passkey | Refused:
    """The passkey by which alone somebody logs in: its authenticator made sure who holds it."""
    tries = _address_tries(request)
    verdict = take_all(tries, at)
    if not verdict.allowed:
        return Refused(verdict.again_at, unchecked=True)
    passkey = verify_passkey(credential, challenge, at) if challenge is not None else None
    if passkey is None:
        wrong = Wrong.PASSKEY if challenge is not None else Wrong.PASSKEY_LATE
        _record_failure(actor_of(request), at, "passkey", None)
        return Refused(verdict.again_at, unchecked=False, wrong=wrong)
    forgive_all(tries, at)
    return passkey


def log_out(request: HttpRequest, at: datetime) -> None:
    """End the session on the server, whoever's it is."""
    actor = actor_of(request)
    with transaction.atomic():
        if actor.uuid is not None:
            record(AuditAction.LOGGED_OUT, actor, at)
        end_session(request)


def _password_tries(request: HttpRequest, name: str) -> Sequence[Try]:
    of_account = [(LOGIN_ACCOUNT, name)] if known_browser(request, name) is None else []
    return [*of_account, *_tries_here(request, name)]


def _tries_here(request: HttpRequest, name: str) -> Sequence[Try]:
    """Whoever fails behind the same address does not keep the owner out of a browser she used."""
    browser = known_browser(request, name)
    return [(LOGIN_BROWSER, f"{browser} {name}")] if browser is not None else _address_tries(request)


def _factor_tries(request: HttpRequest, user: User) -> Sequence[Try]:
    """Whoever has the password and guesses elsewhere does not keep the owner out of a browser she used."""
    browser = known_browser(request, user.username)
    return [(SECOND_FACTOR, str(user.uuid) if browser is None else f"{browser} {user.uuid}")]


def _address_tries(request: HttpRequest) -> Sequence[Try]:
    address = client_address(request)
    return [(LOGIN_ADDRESS, network_of(address, 32, 64)), (LOGIN_NETWORK, network_of(address, 24, 48))]


def _record_failure(actor: Actor, at: datetime, step: str, account: User | None) -> None:
    details: dict[str, str | int | bool | None] = {"step": step, "account": str(account.uuid) if account else None}
    record(AuditAction.LOGIN_FAILED, actor, at, details=details)
    count_failure(LOGIN_ALARM, at)
