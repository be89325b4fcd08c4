"""What the front door keeps of its own: payments and their ledger."""

from .payment import LedgerEntry, LedgerKind, Payment, PaymentStatus

__all__ = ["LedgerEntry", "LedgerKind", "Payment", "PaymentStatus"]
