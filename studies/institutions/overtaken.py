"""Two people who change the same thing at the same time: the second one is told, and nothing of theirs is lost."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _


class OvertakenError(ValidationError):
    """Somebody else changed the record after this change was decided on."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody changed this meanwhile. Nothing of yours was saved: please look at it again."),
            code="overtaken",
        )


def is_overtaken(stored: Model | None, seen: Mapping[str, Any] | None) -> bool:
    """Whether a record, as it is stored, is no longer what somebody has `seen` of it; None of that: it did not matter.

    A record that was there and is gone counts too.
    """
    if seen is None:
        return False
    return stored is None or any(getattr(stored, name) != value for name, value in seen.items())
