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


class PaymentFlag(models.TextChoices):
    """What somebody at the desk has to look at."""

    PAID_TWICE = "paid_twice", _("Paid although nothing was owed: being refunded")
    CHARGED_BACK = "charged_back", _("The bank took the money back: does access stay?")
    REFUNDED_ELSEWHERE = "refunded_elsewhere", _("Refunded at the provider: does access stay?")
    REFUND_REFUSED = "refund_refused", _("The provider refused a refund")
    OTHER_AMOUNT = "other_amount", _("Another amount than asked was paid")
    CODE_GONE = "code_gone", _("Paid after its code was deleted")


class Payment(models.Model):
    """One attempt to pay what one access code owes. `reference` is all that provider and bank statement see.

    `provider` is `local`, `mollie`, `stripe` or `desk`; `provider_id` is its number for this payment. `settled_at` is
    when this payment opened the door of its code. `hinted_at`: the provider hinted at news that were not fetched yet.
    A payment outlives its code, whose time is over long before that of the books.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.ForeignKey(
        "studies.AccessCode",
        null=True,
        on_delete=models.SET_NULL,
        related_name="payments",
        verbose_name=_("access code"),
    )
    institution = models.ForeignKey(
        "studies.Institution", on_delete=models.PROTECT, related_name="+", verbose_name=_("institution")
    )
    reference = models.CharField(_("reference"), max_length=20, unique=True)
    provider = models.CharField(_("provider"), max_length=10)
    provider_id = models.CharField(_("number at the provider"), max_length=100, blank=True)
    amount_minor = models.PositiveIntegerField(_("amount in cents"))
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(_("state"), max_length=20, choices=PaymentStatus.choices, default=PaymentStatus.OPEN)
    begun_at = models.DateTimeField(_("begun on"))
    changed_at = models.DateTimeField(_("changed on"))
    settled_at = models.DateTimeField(_("opened the door on"), null=True, blank=True)
    hinted_at = models.DateTimeField(null=True, blank=True)
    checkout_url = models.TextField(blank=True)
    flag = models.CharField(_("flag"), max_length=30, choices=PaymentFlag.choices, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_id"],
                condition=~models.Q(provider_id=""),
                name="payment_once_per_provider",
            ),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(status=PaymentStatus.OPEN), name="one_open_payment_per_code"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class LedgerKind(models.TextChoices):
    CHARGE = "charge", _("Charge")
    DESK = "desk", _("Paid at the desk")
    REFUND = "refund", _("Refund")
    CHARGEBACK = "chargeback", _("Chargeback")
    RETURNED = "returned", _("Refund or chargeback that came back")


class LedgerEntry(models.Model):
    """One movement of money: charges positive, refunds and chargebacks negative. Never changed, never deleted.

    `event` is the provider's number for this movement: the same one is recorded once, however often it is told. The
    entries of a payment add up to what is held for it.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="entries", verbose_name=_("payment"))
    kind = models.CharField(_("kind"), max_length=20, choices=LedgerKind.choices)
    amount_minor = models.IntegerField(_("amount in cents"))
    currency = models.CharField(_("currency"), max_length=3)
    event = models.CharField(max_length=120)
    at = models.DateTimeField(_("on"))

    class Meta:
        verbose_name = _("movement of money")
        verbose_name_plural = _("movements of money")
        constraints = [models.UniqueConstraint(fields=["payment", "event"], name="movement_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"


class Refund(models.Model):
    """One wish to give money back, written before the provider is asked, so that neither a double click nor a broken
    connection pays twice. `event` is the provider's number once the money moves; `refused_at`: it said no.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds", verbose_name=_("payment"))
    amount_minor = models.PositiveIntegerField(_("amount in cents"))
    reason = models.CharField(_("reason"), max_length=200)
    asked_at = models.DateTimeField(_("asked on"))
    asked_by = models.UUIDField(null=True)
    event = models.CharField(max_length=120, blank=True)
    refused_at = models.DateTimeField(_("refused on"), null=True, blank=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")

    def __str__(self) -> str:
        return str(self.uuid)
