"""Opening a link: its token leaves the address at once and is kept by the browser that opened it, encrypted.

As with a patient's link (docs/adr/0031-links.md) nothing is written on the server, so that opening a link changes
nothing and tells nothing. A view for the link calls `open_link`; the page it leads to asks `opened`, and calls
`forget` once the link is spent.
"""

from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from accounts.keys import decrypt, encrypt
from accounts.models import LinkPurpose, MailLink

from .services import LONGEST, peek

LASTS = timedelta(hours=1)


def open_link(purpose: LinkPurpose, token: str, leads_to: str, at: datetime) -> HttpResponse:
    """On to the page `leads_to` (a path), the same whatever the token is. Its referrer policy holds there too."""
    response = HttpResponseRedirect(leads_to, status=303)
    response.set_cookie(
        cookie_of(purpose),
        encrypt(f"{at.timestamp():.0f} {token[: LONGEST + 1]}".encode()),
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def opened(request: HttpRequest, purpose: LinkPurpose, at: datetime) -> MailLink | None:
    """The link that this browser opened within the hour, if it can still be used."""
    try:
        since, _, token = decrypt(request.COOKIES.get(cookie_of(purpose), "")).decode().partition(" ")
    except InvalidToken:
        return None
    age = at.timestamp() - int(since)
    return peek(purpose, token, at) if 0 <= age + 1 <= LASTS.total_seconds() else None


def forget(response: HttpResponseBase, purpose: LinkPurpose) -> None:
    """The browser needs it no more."""
    response.delete_cookie(cookie_of(purpose), samesite="Lax")


def cookie_of(purpose: LinkPurpose) -> str:
    """Each purpose has its own, so that a link opened in another tab takes no other's place."""
    return f"{settings.LINK_COOKIE_NAME}_{purpose}"
