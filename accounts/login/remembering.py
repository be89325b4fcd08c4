"""Browsers in which an account leaves the second step out, for 30 days.

The cookie holds a random number for each account; of it a hash is kept, keyed and bound to the account and its present
password: another account's cookie, or one from before a change of password, is worth nothing. A change of factors
deletes the rows (`accounts.second_factor.services`).
"""

import re
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django_otp.models import Device

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.keys import mac, macs
from accounts.models import AuditAction, RememberedBrowser, User

LASTS = timedelta(days=30)
MOST = 5  # accounts in one browser, the last ones to be remembered
_PURPOSE = "remembered browser"
_NUMBER = re.compile(r"[0-9a-f]{64}")


def remember_browser(user: User, device: Device, user_agent: str, actor: Actor, at: datetime) -> str:
    """Remember this browser for the user. Returns the number for its cookie, which exists only there."""
    number = secrets.token_hex(32)
    key_id, digest = mac("IDENTITY_KEYS", _PURPOSE, _bound(user, number))
    with transaction.atomic():
        RememberedBrowser.objects.create(
            user=user,
            key_id=key_id,
            digest=digest,
            device=device.persistent_id,
            user_agent=user_agent[:300],
            created_at=at,
            expires_at=at + LASTS,
        )
        record(AuditAction.BROWSER_REMEMBERED, actor, at, details={"user": str(user.uuid)})
    return number


def remembered_device(request: HttpRequest, user: User, at: datetime) -> Device | None:
    """The second factor with which this browser was remembered for the user, if it still is and still counts."""
    digests = [
        digest for number in _numbers(request) for _, digest in macs("IDENTITY_KEYS", _PURPOSE, _bound(user, number))
    ]
    row = remembered_browsers(user, at).filter(digest__in=digests).first() if digests else None
    device = Device.from_persistent_id(row.device) if row is not None else None
    if row is None or device is None or device.user_id != user.pk or not device.confirmed:
        return None
    RememberedBrowser.objects.filter(pk=row.pk).update(last_used_at=at)
    return device


def remembered_browsers(user: User, at: datetime) -> "QuerySet[RememberedBrowser]":
    """Those that are remembered for the user, the last one first."""
    return RememberedBrowser.objects.filter(user=user, expires_at__gt=at).order_by("-created_at", "-pk")


def forget_browsers(user: User, actor: Actor, at: datetime, only: UUID | None = None) -> int:
    """Ask for the second step again in every browser of the user, or in `only` this one. Returns how many."""
    rows = RememberedBrowser.objects.filter(user=user)
    with transaction.atomic():
        forgotten = (rows.filter(uuid=only) if only is not None else rows).delete()[0]
        if forgotten:
            record(AuditAction.BROWSER_FORGOTTEN, actor, at, details={"user": str(user.uuid), "browsers": forgotten})
    return int(forgotten)


def forget_expired(at: datetime) -> int:
    """Delete what is past its 30 days. Returns how many."""
    return RememberedBrowser.objects.filter(expires_at__lte=at).delete()[0]


def put_number(request: HttpRequest, response: HttpResponseBase, number: str) -> None:
    """The cookie with one more number."""
    response.set_cookie(
        settings.REMEMBERED_COOKIE_NAME,
        ".".join([number, *_numbers(request)[: MOST - 1]]),
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def _numbers(request: HttpRequest) -> list[str]:
    shown = request.COOKIES.get(settings.REMEMBERED_COOKIE_NAME, "").split(".")
    return [number for number in shown[:MOST] if _NUMBER.fullmatch(number)]


def _bound(user: User, number: str) -> str:
    return f"{number} {user.uuid} {user.get_session_auth_hash()}"
