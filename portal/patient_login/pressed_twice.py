"""A button of the patients' door pressed twice, where no script holds the second press back.

Coming in changes the CSRF token. Pressed again before the page that follows is there, the form that let somebody in is
sent with the token of before, and by a browser that is in already: nothing is done, and nothing is wrong.
"""

from datetime import datetime, timedelta

from django.http import HttpRequest

from accounts.models import SessionKind
from accounts.sessions.services import store_of

WITHIN = timedelta(seconds=15)  # a form that is older may be somebody else's: who sends it is told to do so again
_DOOR = {f"portal:{name}" for name in ("patient", "payment", "token", "send_token", "token_way", "token_not_mine")}


def is_second_press(request: HttpRequest, at: datetime) -> bool:
    """Whether a form whose CSRF token does not fit is one of the door, sent by a patient who came in just now."""
    row, match = store_of(request).row, request.resolver_match
    if row is None or match is None or row.kind != SessionKind.PATIENT:
        return False
    return match.view_name in _DOOR and at - row.created_at < WITHIN
