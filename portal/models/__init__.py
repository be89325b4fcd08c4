"""What the front door keeps of its own: payments and their ledger."""

from .owing import OwingCode
from .payment import LedgerEntry, LedgerKind, Payment, PaymentFlag, PaymentStatus, Refund
from .played import PlayedOutcome, PlayedPayment

__all__ = [
    "LedgerEntry",
    "LedgerKind",
    "OwingCode",
    "Payment",
    "PaymentFlag",
    "PaymentStatus",
    "PlayedOutcome",
    "PlayedPayment",
    "Refund",
]
