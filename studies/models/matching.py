"""Numbers of registers whose requests follow somebody else from now on."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import PhysicianIdentifier


class NumberToMatch(models.Model):
    """Somebody else, or nobody, holds this number since `asked_at`: participants that carry it are to be linked anew.

    Written in the transaction that changed the holder and gone once every participant is with whoever holds it: what
    was interrupted is found here. A background task is told the UUID, never the number. The row is also the lock: one
    at a time links the participants of a number.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    system = models.CharField(max_length=20)
    digits = models.CharField(max_length=64)
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "digits"], name="number_to_match_once")]

    def __str__(self) -> str:
        return f"{self.system} {self.uuid}"

    @property
    def number(self) -> tuple[str, str]:
        """As `studies.participants.numbers.Number`."""
        return self.system, self.digits


class MatchedNumber(PhysicianIdentifier):
    """A physician's number as the service desk looks at it: at which institutions how many requests carry it."""

    class Meta:
        proxy = True
        verbose_name = _("number on requests")
        verbose_name_plural = _("numbers on requests")
