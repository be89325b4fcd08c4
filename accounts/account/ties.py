"""What an account is tied to in the apps above: practices, appointments.

Accounts do not know of them; the setting ACCOUNT_TIES names who does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.audit.actor import Actor
from accounts.models import User


@dataclass(frozen=True)
class Tie:
    """What becomes of one tie when the account is closed, as a sentence. `holds`: it cannot be closed because of it."""

    sentence: str
    holds: bool = False


class AccountTies(Protocol):
    """One kind of tie."""

    def of(self, user: User, at: datetime) -> list[Tie]:
        """What closing the account would end, or what keeps it from being closed."""

    def end(self, user: User, actor: Actor, at: datetime) -> None:
        """End them, in the caller's transaction. Raises ValidationError for one that holds."""

    def export(self, user: User) -> dict[str, Any]:
        """What the portal keeps of them about this account, as JSON takes it; never anything about a patient."""


def all_ties() -> Iterator[AccountTies]:
    """Every kind, in the order of the setting."""
    for name in settings.ACCOUNT_TIES:
        yield import_string(name)
