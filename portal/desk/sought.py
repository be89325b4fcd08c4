"""What the desk looked for last: kept in the session, encrypted, because addresses end in histories and logs."""

from cryptography.fernet import InvalidToken
from django.http import HttpRequest

from accounts.keys import decrypt, encrypt

from .doors import Desk

_SOUGHT = "desk sought"


def remember(request: HttpRequest, desk: Desk, text: str) -> None:
    request.session[_SOUGHT] = {"institution": desk.institution.pk, "text": encrypt(text.encode())}


def sought(request: HttpRequest, desk: Desk) -> str:
    """Empty if nothing was looked for at this institution's desk."""
    kept = request.session.get(_SOUGHT)
    if not kept or kept["institution"] != desk.institution.pk:
        return ""
    try:
        return decrypt(kept["text"]).decode()
    except InvalidToken:  # its key is gone
        return ""
