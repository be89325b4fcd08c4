"""What the movements of a payment's money mean: pure functions."""

from collections.abc import Iterable

from portal.models import LedgerEntry, LedgerKind, PaymentStatus

from .interfaces import Told

_ENDED = {PaymentStatus.FAILED, PaymentStatus.CANCELLED, PaymentStatus.EXPIRED}
_PAID_IN = {LedgerKind.CHARGE, LedgerKind.DESK}


def held(entries: Iterable[LedgerEntry], currency: str) -> int:
    """What is held of a payment in this currency, in cents."""
    return sum(entry.amount_minor for entry in entries if entry.currency == currency)


def charged(entries: Iterable[LedgerEntry], currency: str) -> int:
    """What was paid in, in cents, whatever became of it."""
    return held((entry for entry in entries if entry.kind in _PAID_IN), currency)


def status_after(current: str, told: Told, entries: Iterable[LedgerEntry], currency: str) -> PaymentStatus:
    """The state of a payment of which `told` was learned and whose movements are `entries`.

    Money that moved beats words: news that arrive late, or in another order, change nothing. What has ended without
    money is never open again.
    """
    known = list(entries)
    if not charged(known, currency):
        if told is Told.PAID or (told is Told.OPEN and current in _ENDED):
            return PaymentStatus(current)
        return PaymentStatus(told.value)
    if _taken_back(known):
        return PaymentStatus.CHARGED_BACK
    return PaymentStatus.PAID if held(known, currency) > 0 else PaymentStatus.REFUNDED


def _taken_back(entries: list[LedgerEntry]) -> bool:
    """Whether a chargeback stands: one that did not come back."""
    returned = {entry.event for entry in entries if entry.kind == LedgerKind.RETURNED}
    chargebacks = (entry for entry in entries if entry.kind == LedgerKind.CHARGEBACK)
    return any(f"{entry.event}:returned" not in returned for entry in chargebacks)
