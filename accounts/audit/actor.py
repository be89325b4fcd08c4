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
    """`uuid` is the user's (account) or the access code's (patient), `session` the session's, `address` an IP."""

    kind: ActorKind
    uuid: UUID | None = None
    session: UUID | None = None
    address: str | None = None


SYSTEM = Actor(ActorKind.SYSTEM)
