"""Who does something: an explicit value that travels with every write."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    VISITOR = "visitor"
    PATIENT = "patient"
    ACCOUNT = "account"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """`uuid` is the user's (account) or the access code's (patient), `session` the session's, `address` an IP.

    `device` is its kind as far as the browser tells: `phone`, `tablet`, `computer`, or empty.
    """

    kind: ActorKind
    uuid: UUID | None = None
    session: UUID | None = None
    address: str | None = None
    device: str = ""


SYSTEM = Actor(ActorKind.SYSTEM)
