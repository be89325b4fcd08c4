"""What comes of typing a code and a date of birth: values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from studies.models import AccessCode

from .codes import CodeFault


class Outcome(StrEnum):
    ENTERED = "entered"  # code and date are right; what else is asked comes now
    REFUSED = "refused"  # one answer, whatever was wrong
    MISTYPED = "mistyped"  # said beside the field: it tells nothing about any code
    NOT_YET = "not_yet"  # right, but nothing that this code opens has arrived
    EXPIRED = "expired"  # right, but too late: only another code helps


class Refusal(TextChoices):
    """The true reason of a refusal: for the audit log and, in words, for the desk; never for the page."""

    UNKNOWN_CODE = (
        "unknown_code",
        _("There is no such code. It may be a misread character, or another portal's letter."),
    )
    NOT_LIVE_YET = "not_live_yet", _("The code does not work yet.")
    EXPIRED = "expired", _("The code has expired. The patient needs another one.")
    REVOKED = "revoked", _("The code was taken back. The patient needs another one.")
    ENDED = "ended", _("The code ended after too many wrong tries. The patient needs another one.")
    WRONG_DATE = "wrong_date", _("The code is right, the date of birth is not the one noted here.")
    INSTITUTION_LEFT = "institution_left", _("The institution is not active.")
    WAITING = "waiting", _("Too many wrong tries before this one: nothing was checked. It works again after the wait.")
    MISTYPED = "mistyped", _("The code or the date was mistyped, and the page said so.")
    NOT_YET = "not_yet", _("Code and date are right, but neither images nor report have arrived.")


@dataclass(frozen=True)
class Entry:
    """The answer to one try.

    `code` is there only after the right code with the right date. A refusal carries `reference` (`K7-42`, by which
    the desk finds the true reason) and, when the next try has to wait, `again_at`.
    """

    outcome: Outcome
    code: AccessCode | None = None
    again_at: datetime | None = None
    reference: str = ""
    code_fault: CodeFault | None = None
    impossible_date: bool = False
