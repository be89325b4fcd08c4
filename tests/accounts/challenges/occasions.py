"""Somebody to whom tokens are sent, and what they get."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from accounts.audit.actor import Actor, ActorKind
from accounts.challenges.values import Message, Occasion
from accounts.models import ChallengePurpose

NUMBER = "+32470123447"


@dataclass
class Phone:
    """`tokens` are those that messages were written about, newest last."""

    tokens: list[str] = field(default_factory=list)

    def words(self, token: str) -> Message:
        self.tokens.append(token)
        return Message(f"{token} is your token.", "Your token")


def occasion(subject: UUID | None = None, session: UUID | None = None) -> Occasion:
    session = session or uuid4()
    return Occasion(
        ChallengePurpose.PATIENT_LOGIN,
        subject or uuid4(),
        session,
        Actor(ActorKind.VISITOR, session=session, address="192.0.2.7"),
        institution=uuid4(),
    )


def another(token: str) -> str:
    return f"{(int(token) + 1) % 1_000_000:06d}"
