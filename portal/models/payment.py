"""Payments for access codes, and the ledger that says where the money is. Amounts are in minor units (cents)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaymentStatus(models.TextChoices):
    OPEN = "open", _("Begun")
    PAID = "paid", _("Paid")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")
    REFUNDED = "refunded", _("Refunded")
    CHARGED_BACK = "charged_back", _("Charged back")


class Payment(models.Model):
    """One attempt to pay what one access code owes. `reference` is all that provider and bank statement see.

    `provider` is `local`, `mollie`, `stripe` or `desk`; `provider_id` is its number for this payment.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.ForeignKey(
        "studies.AccessCode", on_delete=models.PROTECT, related_name="payments", verbose_name=_("access code")
    )
    institution = models.ForeignKey(
        "studies.Institution", on_delete=models.PROTECT, related_name="+", verbose_name=_("institution")
    )
    reference = models.CharField(_("reference"), max_length=20, unique=True)
    provider = models.CharField(_("provider"), max_length=10)
    provider_id = models.CharField(_("number at the provider"), max_length=100, blank=True)
    amount_minor = models.PositiveIntegerField(_("amount in cents"))
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(_("status"), max_length=20, choices=PaymentStatus.choices, default=PaymentStatus.OPEN)
    begun_at = models.DateTimeField(_("begun on"))
    changed_at = models.DateTimeField(_("changed on"))
    checkout_url = models.TextField(blank=True)
    flag = models.CharField(_("flag"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_id"],
                condition=~models.Q(provider_id=""),
                name="payment_once_per_provider",
            )
        ]

    def __str__(self) -> str:
        return self.reference


class LedgerKind(models.TextChoices):
    CHARGE = "charge", _("Charge")
    DESK = "desk", _("Paid at the desk")
    REFUND = "refund", _("Refund")
    CHARGEBACK = "chargeback", _("Chargeback")


class LedgerEntry(models.Model):
    """One movement of money: charges positive, refunds and chargebacks negative. Never changed, never deleted.

    `event` is the provider's number for this movement: the same one is recorded once, however often it is told.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="entries", verbose_name=_("payment"))
    kind = models.CharField(_("kind"), max_length=20, choices=LedgerKind.choices)
    amount_minor = models.IntegerField(_("amount in cents"))
    event = models.CharField(max_length=120)
    at = models.DateTimeField(_("on"))

    class Meta:
        verbose_name = _("movement of money")
        verbose_name_plural = _("movements of money")
        constraints = [models.UniqueConstraint(fields=["payment", "event"], name="movement_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"
