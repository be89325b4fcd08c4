"""Browsers that an account logged in from before, so that a stranger's failures elsewhere do not keep its owner out.

The cookie holds a random number and its keyed hash for the account: it says nothing of the account, proves nothing but
"this account once completed a login here", and opens nothing. (OWASP calls it a device cookie.)
"""

import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.keys import mac, macs

KEPT = timedelta(days=180)
_PURPOSE = "browser"


def known_browser(request: HttpRequest, username: str) -> str | None:
    """The number of this browser if the account logged in from it before."""
    number, _, shown = request.COOKIES.get(settings.BROWSER_COOKIE_NAME, "").partition(".")
    right = [digest for _, digest in macs("IDENTITY_KEYS", _PURPOSE, f"{number} {username}")]
    return number if any(hmac.compare_digest(digest.encode(), shown.encode()) for digest in right) else None


def know_browser(response: HttpResponseBase, username: str) -> None:
    """Remember that this account completed a login from this browser."""
    number = secrets.token_hex(16)
    response.set_cookie(
        settings.BROWSER_COOKIE_NAME,
        f"{number}.{mac('IDENTITY_KEYS', _PURPOSE, f'{number} {username}')[1]}",
        max_age=KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
