"""Payments of the demo, where nobody's money moves."""

import uuid

from django.db import models


class PlayedOutcome(models.TextChoices):
    OPEN = "open"
    PAID = "paid"
    LATE = "late"  # paid, but told a while after the payer came back
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class PlayedPayment(models.Model):
    """What the local provider (`portal.checkout.local`) knows of one payment. `refunds` is a list of JSON objects."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    reference = models.CharField(max_length=20)
    amount_minor = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    return_url = models.TextField()
    outcome = models.CharField(max_length=10, choices=PlayedOutcome.choices, default=PlayedOutcome.OPEN)
    decided_at = models.DateTimeField(null=True)
    refunds = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.reference
