"""The admin of payments: for desks and administrators, each within their own institutions."""

from .owing import OwingCodeAdmin
from .payments import PaymentAdmin

__all__ = ["OwingCodeAdmin", "PaymentAdmin"]
