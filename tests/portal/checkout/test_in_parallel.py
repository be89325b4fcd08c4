"""Many at a time: one payment, one movement, one refund."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from portal.checkout.ledger import held
from portal.checkout.refunds import Wish, refund
from portal.checkout.services import begin_payment, look_up
from portal.models import LedgerEntry, Payment
from studies.access_codes.services import IssuedCode
from studies.models import AccessCode

from .conftest import PRICE
from .till import Till

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8


def at_once(deed: Callable[[], object]) -> None:
    def done() -> None:
        try:
            deed()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for waiting in [pool.submit(done) for _one in range(AT_ONCE)]:
            waiting.result()


def test_many_tabs_messages_and_clicks_at_once(service: str, till: Till, issued: IssuedCode) -> None:
    at_once(lambda: begin_payment(AccessCode.objects.get(pk=issued.code.pk), "nl", SYSTEM, timezone.now()))
    payment = Payment.objects.get()
    assert len(till.slips) == 1
    till.pay(payment.provider_id)
    at_once(lambda: look_up(Payment.objects.get(), timezone.now()))
    assert LedgerEntry.objects.count() == 1
    wish = Wish(uuid4(), 500, "ordered twice")
    at_once(lambda: refund(Payment.objects.get(), wish, SYSTEM, timezone.now()))
    assert till.the_only().held == held(LedgerEntry.objects.all(), "EUR") == PRICE - 500


def test_two_at_the_desk_cannot_give_back_more_than_there_is(service: str, till: Till, issued: IssuedCode) -> None:
    begin_payment(issued.code, "nl", SYSTEM, timezone.now())
    till.pay(till.the_only().number)
    look_up(Payment.objects.get(), timezone.now())

    def give_back() -> None:
        with suppress(ValidationError):
            refund(Payment.objects.get(), Wish(uuid4(), 700, "somebody else did too"), SYSTEM, timezone.now())

    at_once(give_back)
    assert till.the_only().held == held(LedgerEntry.objects.all(), "EUR") == PRICE - 700
