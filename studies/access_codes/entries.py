"""What comes of typing a code and a date of birth: values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from studies.models import AccessCode

from .codes import CodeFault


class Outcome(StrEnum):
    ENTERED = "entered"
    REFUSED = "refused"  # one answer, whatever was wrong
    MISTYPED = "mistyped"  # said beside the field: it tells nothing about any code
    NOT_YET = "not_yet"  # right, but nothing that this code opens has arrived
    DOOR_CLOSED = "door_closed"  # right, but the institution asks for more than this portal can check


class Refusal(StrEnum):
    """The true reason of a refusal: for the audit log and the desk, never for the page."""

    UNKNOWN_CODE = "unknown_code"
    NOT_LIVE_YET = "not_live_yet"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ENDED = "ended"
    WRONG_DATE = "wrong_date"
    INSTITUTION_LEFT = "institution_left"
    WAITING = "waiting"  # too many failures of this code, address or network: nothing was checked
    MISTYPED = "mistyped"
    NOT_YET = "not_yet"
    DOOR_CLOSED = "door_closed"


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
