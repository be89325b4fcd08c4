"""Browsers that an account logged in from before, so that a stranger's failures elsewhere do not keep its owner out.

The cookie holds the browser's random number and, for each account that logged in here, a keyed hash of both: it says
nothing of the accounts, proves nothing but "this account once completed a login here", and opens nothing. (OWASP calls
it a device cookie.)
"""

import hmac
import re
import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.keys import mac, macs

KEPT = timedelta(days=180)
MOST = 5  # accounts in one browser, the last ones to log in
_PURPOSE = "browser"
_NUMBER = re.compile(r"[0-9a-f]{32}")


def known_browser(request: HttpRequest, username: str) -> str | None:
    """The number of this browser if the account logged in from it before."""
    number, shown = _shown(request)
    right = [digest for _, digest in macs("IDENTITY_KEYS", _PURPOSE, f"{number} {username}")]
    known = any(hmac.compare_digest(digest.encode(), one.encode()) for digest in right for one in shown)
    return number if known else None


def number_of_browser(request: HttpRequest) -> str:
    """The number of this browser; a new one if it has none."""
    return _shown(request)[0] or secrets.token_hex(16)


def digest_of_browser(number: str) -> str:
    """What stands for the browser in the list of sign-ins."""
    return mac("IDENTITY_KEYS", "browser number", number)[1]


def know_browser(request: HttpRequest, response: HttpResponseBase, number: str, username: str) -> None:
    """Remember that this account completed a login from this browser; other accounts stay known in it."""
    own = mac("IDENTITY_KEYS", _PURPOSE, f"{number} {username}")[1]
    had, shown = _shown(request)
    others = [one for one in shown if one != own] if had == number else []
    response.set_cookie(
        settings.BROWSER_COOKIE_NAME,
        ".".join([number, own, *others[: MOST - 1]]),
        max_age=KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def _shown(request: HttpRequest) -> tuple[str, list[str]]:
    number, *shown = request.COOKIES.get(settings.BROWSER_COOKIE_NAME, "").split(".")
    return (number, shown[:MOST]) if _NUMBER.fullmatch(number) else ("", [])
