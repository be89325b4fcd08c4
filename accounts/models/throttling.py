"""Counters of failures, kept in the database so that every worker counts alike."""

import uuid

from django.db import models


class ThrottleCounter(models.Model):
    """Failures of one subject (a code, an address, a network, an account) in one scope.

    `subject` is a keyed hash: the table names nobody. `failures` counts since `window_began_at`, `lifetime` counts for
    good, `blocked_until` is when the next try is allowed.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scope = models.CharField(max_length=30)
    subject = models.CharField(max_length=64)
    failures = models.PositiveIntegerField(default=0)
    lifetime = models.PositiveIntegerField(default=0)
    window_began_at = models.DateTimeField()
    blocked_until = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "subject"], name="throttle_counter_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.subject[:8]}"
