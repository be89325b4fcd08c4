"""Payments in the domain's words."""

from portal.models import LedgerEntry, LedgerKind, Payment
from studies.models import AccessCode


def latest_payment(code: AccessCode) -> Payment | None:
    """The newest payment begun online for this code."""
    return Payment.objects.filter(code=code).exclude(provider="desk").order_by("-begun_at", "-pk").first()


def payment_of_receipt(code: AccessCode) -> Payment | None:
    """The payment that opened the door of this code's request, online or at the desk."""
    settled = Payment.objects.filter(code__request=code.request_id, settled_at__isnull=False)
    return settled.select_related("institution").order_by("-settled_at").first()


def payment_numbered(provider: str, number: str) -> Payment | None:
    """The payment that a provider's message is about: by its own number, or by that of its charge."""
    if not number:
        return None
    found = Payment.objects.filter(provider=provider, provider_id=number).first()
    if found is None:
        charge = LedgerEntry.objects.filter(payment__provider=provider, event=number, kind=LedgerKind.CHARGE)
        entry = charge.select_related("payment").first()
        found = entry.payment if entry else None
    return found
