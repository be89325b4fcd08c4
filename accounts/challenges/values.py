"""What travels between whoever asks for a token and `services`: values."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from accounts.audit.actor import Actor
from accounts.models import ChallengePurpose


@dataclass(frozen=True)
class Occasion:
    """What a token is for: it opens `subject` for one purpose, in the session of this UUID alone.

    `actor` asks; the others are what the audit rows are about.
    """

    purpose: ChallengePurpose
    subject: UUID
    session: UUID
    actor: Actor
    institution: UUID | None = None
    patient: UUID | None = None
    request: UUID | None = None


@dataclass(frozen=True)
class Message:
    """What is sent. A text message has no subject."""

    text: str
    subject: str = ""


Words = Callable[[str], Message]
"""The message that carries a token."""


class SendOutcome(StrEnum):
    SENT = "sent"
    LATE = "late"  # the carrier has not answered in time: it may come, or not
    FAILED = "failed"  # the carrier refused it
    TOO_SOON = "too_soon"  # the last one has just been sent in this session
    TOO_MANY = "too_many"  # a limit is reached


@dataclass(frozen=True)
class Sent:
    """What came of sending. `again_at`: when the next one may be asked for, None where that is not known."""

    outcome: SendOutcome
    again_at: datetime | None = None


class Verification(StrEnum):
    VERIFIED = "verified"
    WRONG = "wrong"  # and the next try may be right
    LAST_WRONG = "last_wrong"  # and only a new token helps now
    SPENT = "spent"  # not looked at: there were too many wrong ones before
    EXPIRED = "expired"
    USED = "used"
    REPLACED = "replaced"  # a newer one was sent to another session
    NONE = "none"  # none was sent
