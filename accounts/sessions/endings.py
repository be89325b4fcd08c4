"""Why somebody is no longer logged in, said once at the next page: a sentence, never a puzzle."""

from datetime import timedelta
from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext, ngettext


class SessionEnd(StrEnum):
    IDLE = "idle"
    LIFE = "life"
    LOGGED_OUT = "logged-out"
    STEP = "step"  # not a session, but a step of a login that is over
    ELSEWHERE = "elsewhere"  # ended on the server, or forgotten since


def sentence_for(end: SessionEnd) -> str:
    match end:
        case SessionEnd.IDLE:
            minutes = settings.SESSION_IDLE // timedelta(minutes=1)
            return ngettext(
                "You were logged out after %(minutes)d minute without activity.",
                "You were logged out after %(minutes)d minutes without activity.",
                minutes,
            ) % {"minutes": minutes}
        case SessionEnd.LIFE:
            hours = settings.SESSION_LIFE // timedelta(hours=1)
            return ngettext(
                "You were logged out: a visit lasts at most %(hours)d hour.",
                "You were logged out: a visit lasts at most %(hours)d hours.",
                hours,
            ) % {"hours": hours}
        case SessionEnd.LOGGED_OUT:
            return gettext("You are logged out.")
        case SessionEnd.STEP:
            return gettext(
                "This took too long, was begun in another browser, or a button was pressed twice."
                " Please start again with your code."
            )
        case SessionEnd.ELSEWHERE:
            return gettext("You are no longer logged in. Please log in again.")
