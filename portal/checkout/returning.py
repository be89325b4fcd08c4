"""What a payer who comes back is told."""

import logging
from datetime import datetime
from enum import StrEnum

from portal.models import Payment, PaymentStatus
from studies.access_codes.demands import owes_payment
from studies.models import AccessCode

from .interfaces import ProviderUnavailable
from .services import look_up

_log = logging.getLogger("pacsonweb.checkout")


class Return(StrEnum):
    PAID = "paid"
    WAITING = "waiting"  # the provider does not know yet
    UNKNOWN = "unknown"  # the provider does not answer
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    OTHER_AMOUNT = "other_amount"  # something was paid, but it does not settle the price


_ENDS = {
    PaymentStatus.OPEN: Return.WAITING,
    PaymentStatus.FAILED: Return.FAILED,
    PaymentStatus.CANCELLED: Return.CANCELLED,
    PaymentStatus.EXPIRED: Return.EXPIRED,
}


def returned(code: AccessCode, payment: Payment | None, at: datetime) -> Return:
    """Ask the provider what came of a payment for `code`, and say what that means for the payer."""
    if not owes_payment(code) or payment is None:
        return Return.PAID
    try:
        payment = look_up(payment, at)
    except ProviderUnavailable as error:
        _log.warning("a payment could not be looked up: %s", error)
        return Return.UNKNOWN
    code.refresh_from_db(fields=["settled_at"])
    if not owes_payment(code):
        return Return.PAID
    return _ENDS.get(PaymentStatus(payment.status), Return.OTHER_AMOUNT)
