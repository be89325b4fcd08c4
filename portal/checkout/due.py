"""Recurring work: payments whose news did not reach us, refunds that wait, payments that nobody went on with."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from portal.models import Payment, PaymentStatus, Refund

from .interfaces import ProviderUnavailable
from .refunds import carry_out
from .services import look_up

UNHEARD_OF = timedelta(days=1)
MOST_AT_ONCE = 100
MOST_FAILURES = 5
Row = TypeVar("Row", bound=Model)
_log = logging.getLogger("pacsonweb.checkout")


def look_up_payments(at: datetime) -> int:
    """Ask about what is open, or was hinted at. Returns how many were asked about.

    What the provider never heard of, so that nobody can have paid it, expires after a day.
    """
    unheard = Payment.objects.filter(status=PaymentStatus.OPEN, provider_id="", begun_at__lte=at - UNHEARD_OF)
    unheard.update(status=PaymentStatus.EXPIRED, changed_at=at)
    waiting = Payment.objects.filter(Q(status=PaymentStatus.OPEN) | Q(hinted_at__isnull=False)).exclude(provider_id="")
    return _each(waiting, lambda payment: look_up(payment, at))


def carry_out_refunds(at: datetime) -> int:
    """Ask for refunds that wait. Returns how many went through or were refused."""
    waiting = Refund.objects.filter(event="", refused_at__isnull=True).select_related("payment")
    return _each(waiting, lambda refund: carry_out(refund, at))


def _each(waiting: QuerySet[Row], ask: Callable[[Row], object]) -> int:
    """Ask about each, in no order, so that one that never succeeds keeps nobody waiting; until nothing is answered."""
    done = failures = 0
    for row in waiting.order_by("?")[:MOST_AT_ONCE]:
        try:
            ask(row)
        except ProviderUnavailable as error:
            _log.warning("the payment provider could not be asked: %s", error)
            failures += 1
        else:
            done += 1
        if failures >= MOST_FAILURES:
            break
    return done
