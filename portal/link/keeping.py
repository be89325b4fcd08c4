"""The code of a link, kept for a quarter of an hour in the browser that opened it, encrypted and out of scripts' reach.

Nothing is written on the server, so that opening a link burns nothing and tells nothing: a person, a mail scanner and a
preview robot leave the same trace, which is none.
"""

from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.keys import decrypt, encrypt

LASTS = timedelta(minutes=15)
LONGEST = 60  # a code is much shorter; whatever else stands in a link is nobody's code


def keep_code(response: HttpResponse, text: str, at: datetime) -> None:
    """Have the browser keep what stood in a link, code or not."""
    response.set_cookie(
        settings.LINK_COOKIE_NAME,
        encrypt(f"{at.timestamp():.0f} {text[:LONGEST]}".encode()),
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def kept_code(request: HttpRequest, at: datetime) -> str:
    """What stood in the link that this browser opened within a quarter of an hour; empty if there was none."""
    try:
        opened_at, _, text = decrypt(request.COOKIES.get(settings.LINK_COOKIE_NAME, "")).decode().partition(" ")
    except InvalidToken:
        return ""
    age = at.timestamp() - int(opened_at)
    return text if 0 <= age + 1 <= LASTS.total_seconds() else ""


def forget_code(response: HttpResponse) -> None:
    """The browser needs it no more."""
    response.delete_cookie(settings.LINK_COOKIE_NAME, samesite="Lax")
