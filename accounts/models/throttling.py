"""Counters of failures, kept in the database so that every worker counts alike."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class ThrottleCounter(models.Model):
    """Failures of one subject (a code, an address, a network, an account) in one scope.

    `subject` is a keyed hash: the table names nobody. `failures` are those that count now, `lifetime` those that count
    for good, `recent` the instants (Unix milliseconds) of those within a limit's window, `blocked_until` is when the
    next try is allowed. After `kept_until` the row means nothing any more.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scope = models.CharField(max_length=30)
    subject = models.CharField(max_length=64)
    failures = models.PositiveIntegerField(default=0)
    lifetime = models.PositiveIntegerField(default=0)
    recent = models.JSONField(default=list)
    blocked_until = models.DateTimeField(null=True)
    kept_until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("wait")
        verbose_name_plural = _("waits")
        constraints = [models.UniqueConstraint(fields=["scope", "subject"], name="throttle_counter_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.subject[:8]}"
