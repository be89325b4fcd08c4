"""Mollie's and Stripe's own SDKs against a stand-in that answers late, twice, out of order, with 500, or nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent
from portal.checkout.due import carry_out_refunds, look_up_payments
from portal.checkout.ledger import held
from portal.checkout.providers import payment_provider
from portal.checkout.refunds import Wish, refund, refundable
from portal.checkout.services import CannotBegin, NotBegun, begin_payment, catch_up_if_possible, look_up
from portal.models import Payment, PaymentFlag, PaymentStatus, Refund
from studies.access_codes.services import IssuedCode
from studies.models import AccessCode

from .conftest import PRICE
from .till import Mood, Till

pytestmark = pytest.mark.django_db


def begun(issued: IssuedCode) -> Payment:
    return begin_payment(AccessCode.objects.get(pk=issued.code.pk), "nl", SYSTEM, timezone.now())


def asked(payment: Payment) -> Payment:
    return look_up(payment, timezone.now())


def balance(payment: Payment) -> int:
    return held(payment.entries.all(), "EUR")


def is_open(issued: IssuedCode) -> bool:
    return AccessCode.objects.get(pk=issued.code.pk).settled_at is not None


def test_a_payment_goes_there_and_back(service: str, till: Till, issued: IssuedCode) -> None:
    payment = begun(issued)
    slip = till.the_only()
    assert (slip.amount, slip.currency, slip.reference) == (PRICE, "EUR", payment.reference)
    assert payment.checkout_url == f"{till.address}/pay/{slip.number}"
    assert asked(payment).status == PaymentStatus.OPEN
    assert not is_open(issued)
    till.pay(slip.number)
    assert asked(payment).status == PaymentStatus.PAID
    assert balance(payment) == slip.held == PRICE
    assert is_open(issued)


def test_the_service_learns_no_name_and_no_medical_word(service: str, till: Till, issued: IssuedCode) -> None:
    begun(issued)
    told = str(till.the_only().sent)
    for word in ("Peeters", "Anna", "CT", "head", "1951", "AZ Sint-Example", issued.text, str(issued.code.uuid)):
        assert word not in told
    assert "PACSonWEB P-" in told


@pytest.mark.parametrize(("theirs", "ours"), [("failed", PaymentStatus.FAILED), ("expired", PaymentStatus.EXPIRED)])
def test_what_fails_opens_nothing_and_another_can_be_begun(
    service: str, till: Till, issued: IssuedCode, theirs: str, ours: PaymentStatus
) -> None:
    first = begun(issued)
    till.end(till.the_only().number, theirs)
    assert asked(first).status == ours
    assert not is_open(issued)
    assert begun(issued).pk != first.pk


def test_asked_again_it_is_the_same_payment(service: str, till: Till, issued: IssuedCode) -> None:
    assert begun(issued).pk == begun(issued).pk
    assert len(till.slips) == 1


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("mood", Mood)
def test_a_service_that_answers_badly_loses_nothing(service: str, till: Till, issued: IssuedCode, mood: Mood) -> None:
    till.moods = [mood]
    with pytest.raises(CannotBegin) as refusal:
        begun(issued)
    assert refusal.value.reason is NotBegun.UNAVAILABLE
    payment = begun(issued)
    assert len(till.slips) == 1, "what was made before the answer was lost is found again"
    till.pay(till.the_only().number)
    till.moods = [mood]
    code = AccessCode.objects.get(pk=issued.code.pk)
    assert not catch_up_if_possible(code, timezone.now())
    assert not is_open(issued), "nothing is opened that is not known"
    assert catch_up_if_possible(code, timezone.now())
    assert is_open(issued)
    assert balance(payment) == PRICE


def test_news_of_before_change_nothing(service: str, till: Till, issued: IssuedCode) -> None:
    payment = begun(issued)
    number = till.the_only().number
    till.freeze()
    till.pay(number)
    assert asked(payment).status == PaymentStatus.OPEN
    till.thaw()
    asked(payment)
    till.freeze()
    till.give_back(number, 250)
    till.thaw()
    asked(payment)
    rows = balance(payment)
    till.frozen = {number: till.slips[number].__class__(number, payment.reference, PRICE, "EUR", {})}
    assert asked(payment).status == PaymentStatus.PAID, "an answer from before it was paid"
    assert balance(payment) == rows == PRICE - 250


def test_a_refund_is_made_once(service: str, till: Till, issued: IssuedCode) -> None:
    payment = begun(issued)
    till.pay(till.the_only().number)
    payment = asked(payment)
    wish = Wish(uuid4(), 500, "ordered twice")
    for _click in range(2):
        refund(payment, wish, SYSTEM, timezone.now())
    assert till.the_only().held == balance(payment) == PRICE - 500
    assert refundable(payment) == PRICE - 500
    assert is_open(issued), "access stays unless the desk ends it"
    assert Payment.objects.get(pk=payment.pk).flag == ""


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("mood", [Mood.LATE, Mood.LOST, Mood.NOTHING, Mood.BROKEN])
def test_a_refund_whose_answer_was_lost_is_made_once(service: str, till: Till, issued: IssuedCode, mood: Mood) -> None:
    payment = begun(issued)
    till.pay(till.the_only().number)
    payment = asked(payment)
    wish = Wish(uuid4(), 500, "ordered twice")
    till.moods_of_wishes = [mood]
    waiting = refund(payment, wish, SYSTEM, timezone.now())
    assert waiting.event == ""
    assert refundable(payment) == PRICE - 500, "what is on its way cannot be given back again"
    till.keys.clear()  # long after, the service no longer knows the key
    assert carry_out_refunds(timezone.now()) == 1
    assert till.the_only().held == balance(payment) == PRICE - 500
    assert carry_out_refunds(timezone.now()) == 0


def test_more_than_is_left_is_refused_there_too(service: str, till: Till, issued: IssuedCode) -> None:
    payment = begun(issued)
    till.pay(till.the_only().number)
    payment = asked(payment)
    till.give_back(till.the_only().number, PRICE)  # somebody did at the service, and we have not heard
    till.freeze()
    refused = refund(payment, Wish(uuid4(), PRICE, "all"), SYSTEM, timezone.now())
    assert refused.refused_at is not None
    assert Payment.objects.get(pk=payment.pk).flag == PaymentFlag.REFUND_REFUSED


def test_a_refund_that_failed_there_comes_back_into_the_books(service: str, till: Till, issued: IssuedCode) -> None:
    payment = begun(issued)
    till.pay(till.the_only().number)
    refund(asked(payment), Wish(uuid4(), PRICE, "all"), SYSTEM, timezone.now())
    assert Payment.objects.get(pk=payment.pk).status == PaymentStatus.REFUNDED
    till.the_only().refunds[0]["status"] = "failed"
    assert asked(payment).status == PaymentStatus.PAID
    assert balance(payment) == till.the_only().held == PRICE


def test_a_chargeback_is_flagged_and_access_stays(service: str, till: Till, issued: IssuedCode) -> None:
    payment = begun(issued)
    number = till.the_only().number
    till.pay(number)
    asked(payment)
    taken = till.charge_back(number, PRICE)
    payment = asked(payment)
    assert (payment.status, payment.flag) == (PaymentStatus.CHARGED_BACK, PaymentFlag.CHARGED_BACK)
    assert is_open(issued)
    taken["reversed"] = True
    assert asked(payment).status == PaymentStatus.PAID
    assert balance(payment) == PRICE


def test_another_amount_opens_nothing(service: str, till: Till, issued: IssuedCode) -> None:
    payment = begun(issued)
    till.pay(till.the_only().number, 1)
    payment = asked(payment)
    assert payment.flag == PaymentFlag.OTHER_AMOUNT
    assert not is_open(issued)
    assert balance(payment) == 1


def test_an_answer_about_another_payment_changes_nothing(service: str, till: Till, issued: IssuedCode) -> None:
    payment = begun(issued)
    till.pay(till.the_only().number)
    till.the_only().reference = "P-SOMEBODY"
    asked(payment)
    assert not is_open(issued)
    assert not payment.entries.exists()


def test_paid_in_two_ways_the_second_goes_back_by_itself(service: str, till: Till, issued: IssuedCode) -> None:
    first = begun(issued)
    till.end(till.the_only().number, "expired")
    asked(first)
    second = begun(issued)
    for number in till.slips:
        till.pay(number)
    asked(second)
    first = asked(first)  # paid after it had expired
    assert is_open(issued)
    assert (balance(second), balance(first)) == (PRICE, 0)
    assert Payment.objects.get(pk=first.pk).flag == PaymentFlag.PAID_TWICE
    assert sum(slip.held for slip in till.slips.values()) == PRICE
    assert Refund.objects.count() == 1


def test_recurring_work_asks_about_what_nobody_came_back_for(service: str, till: Till, issued: IssuedCode) -> None:
    begun(issued)
    till.pay(till.the_only().number)
    assert look_up_payments(timezone.now()) == 1
    assert is_open(issued)
    assert look_up_payments(timezone.now()) == 0


def test_what_the_service_never_heard_of_expires_after_a_day(service: str, till: Till, issued: IssuedCode) -> None:
    till.moods = [Mood.NOTHING]
    with pytest.raises(CannotBegin):
        begun(issued)
    look_up_payments(timezone.now() + timedelta(days=2))
    assert Payment.objects.get().status == PaymentStatus.EXPIRED


def test_every_step_is_in_the_audit_log(service: str, till: Till, issued: IssuedCode) -> None:
    payment = begun(issued)
    till.pay(till.the_only().number)
    refund(asked(payment), Wish(uuid4(), PRICE, "moved away", access_ends=True), SYSTEM, timezone.now())
    assert not is_open(issued)
    rows = list(
        AuditEvent.objects.filter(action__startswith="payment.").order_by("pk").values_list("action", flat=True)
    )
    assert rows[0] == AuditAction.PAYMENT_BEGUN
    assert AuditAction.PAYMENT_REFUNDED in rows
    assert "card" not in str(list(AuditEvent.objects.values_list("details", flat=True)))


def test_a_key_never_stands_in_words(service: str, till: Till) -> None:
    assert "test_key" not in repr(payment_provider())
    assert "sk_test" not in repr(payment_provider())
