"""Beginning payments and asking the provider how they are; what is paid at the desk, and who need not pay."""

import logging
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import Actor
from accounts.models import AuditAction
from portal.models import LedgerEntry, LedgerKind, Payment, PaymentStatus
from studies.access_codes.codes import ALPHABET
from studies.access_codes.debts import is_paid_for, priced_codes
from studies.access_codes.demands import owes_payment
from studies.access_codes.services import record_of
from studies.access_codes.settling import settle, unsettle
from studies.models import AccessCode

from . import refunds
from .interfaces import Movement, Order, PaymentProvider, ProviderUnavailable
from .providers import payment_provider, provider_of
from .recording import audit, draw_consequences, lock, record_state

DESK = "desk"
MOST_A_DAY = 20  # payments begun for one code
_log = logging.getLogger("pacsonweb.checkout")


class NotBegun(StrEnum):
    """Why no payment was begun."""

    NOTHING_OWED = "nothing_owed"
    UNAVAILABLE = "unavailable"  # the provider does not answer, or there is none
    TOO_MANY = "too_many"


class CannotBegin(Exception):
    """No payment was begun, for the reason given; no money moves."""

    def __init__(self, reason: NotBegun) -> None:
        super().__init__(reason.value)
        self.reason = reason


def begin_payment(code: AccessCode, language: str, actor: Actor, at: datetime) -> Payment:
    """The payment on its way for what this code owes, with the address where the payer goes. Raises `CannotBegin`.

    However often and from however many tabs it is asked, a code has one open payment. What may have been paid already
    is asked first: nobody is sent to pay twice.
    """
    provider = payment_provider()
    if provider is None:
        raise CannotBegin(NotBegun.UNAVAILABLE)
    try:
        catch_up(code, at)
        payment = _open_payment(code, provider, actor, at)
        if payment is None:
            raise CannotBegin(NotBegun.NOTHING_OWED)
        if not payment.checkout_url:
            _introduce(payment, provider, language)
    except ProviderUnavailable as error:
        _log.warning("no payment was begun: %s", error)
        raise CannotBegin(NotBegun.UNAVAILABLE) from None
    return payment


def look_up(payment: Payment, at: datetime) -> Payment:
    """Ask the provider about a payment and record the answer. Raises `ProviderUnavailable`."""
    provider = provider_of(payment.provider)
    if provider is None or not payment.provider_id:
        return payment
    recorded = record_state(payment, provider.fetch(payment.provider_id), at)
    for refund in refunds.pending(recorded):
        recorded = refunds.carry_out(refund, at)
    return recorded


def catch_up(code: AccessCode, at: datetime) -> None:
    """Ask about the payments of a code that may have been paid meanwhile. Raises `ProviderUnavailable`.

    For whoever paid and closed the browser: called when code and date were typed again, and before paying anew.
    """
    if not owes_payment(code):
        return
    undecided = Payment.objects.filter(
        code__request=code.request_id, status__in=[PaymentStatus.OPEN, PaymentStatus.EXPIRED]
    ).exclude(provider_id="")
    for payment in undecided.order_by("-begun_at")[:3]:
        look_up(payment, at)
    code.refresh_from_db(fields=["settled_at"])


def catch_up_if_possible(code: AccessCode, at: datetime) -> bool:
    """`catch_up` where an answer is welcome but not needed. False if the provider did not answer."""
    try:
        catch_up(code, at)
    except ProviderUnavailable as error:
        _log.warning("a payment could not be looked up: %s", error)
        return False
    return True


def pay_at_desk(code: AccessCode, actor: Actor, at: datetime) -> Payment:
    """Somebody paid what a code owes at the desk. Raises ValidationError where nothing is owed."""
    with transaction.atomic():
        current = _alone_with(code)
        if not owes_payment(current):
            raise ValidationError(_("Nothing is owed for this code."), code="nothing_owed")
        payment = Payment.objects.create(
            code=current,
            institution=current.request.institution,
            reference=_reference(),
            provider=DESK,
            amount_minor=current.price_minor,
            currency=current.price_currency,
            status=PaymentStatus.PAID,
            begun_at=at,
            changed_at=at,
        )
        paid = Movement(LedgerKind.DESK, payment.amount_minor, payment.currency, DESK)
        LedgerEntry.objects.create(
            payment=payment, kind=paid.kind, amount_minor=paid.amount_minor, currency=paid.currency, event=DESK, at=at
        )
        audit(payment, AuditAction.PAYMENT_CHANGED, actor, at, {"status": PaymentStatus.PAID.value, "deed": DESK})
        draw_consequences(payment, [paid], at, actor)
    return payment


def waive(code: AccessCode, reason: str, actor: Actor, at: datetime) -> bool:
    """Ask nothing for this code and the others of its request: a free copy. False where nothing is owed."""
    with transaction.atomic():
        current = _alone_with(code)
        settled = owes_payment(current) and settle(current, actor, at)
        if settled:
            record_of(current, AuditAction.PAYMENT_CHANGED, actor, at, {"deed": "waived", "reason": reason})
    return settled


def end_access(payment: Payment, actor: Actor, at: datetime) -> bool:
    """What was paid was taken or given back: the price is owed again. False if it was owed already."""
    with transaction.atomic():
        current = lock(payment)
        return current.code is not None and unsettle(current.code, actor, at)


def restore_access(payment: Payment, actor: Actor, at: datetime) -> bool:
    """Let the patient in all the same. False if nothing is owed."""
    with transaction.atomic():
        current = lock(payment)
        return current.code is not None and settle(current.code, actor, at)


def clear_flag(payment: Payment, actor: Actor, at: datetime) -> None:
    """Somebody looked at what was flagged."""
    with transaction.atomic():
        current = lock(payment)
        audit(current, AuditAction.PAYMENT_CHANGED, actor, at, {"deed": "seen", "flag": current.flag})
        Payment.objects.filter(pk=payment.pk).update(flag="")


def return_url() -> str:
    """Where the provider sends the payer back: nothing in it says who or what."""
    return f"{settings.PUBLIC_URL}{reverse('portal:payment_return')}"


def _open_payment(code: AccessCode, provider: PaymentProvider, actor: Actor, at: datetime) -> Payment | None:
    """The open payment of a code, made if there is none; None where nothing is owed (any more)."""
    with transaction.atomic():
        current = _alone_with(code)
        if owes_payment(current) and is_paid_for(current.request):
            settle(current, actor, at)
        if not owes_payment(current):
            return None
        payments = Payment.objects.filter(code=current)
        payments.filter(status=PaymentStatus.OPEN).exclude(provider=provider.name).update(status=PaymentStatus.EXPIRED)
        payment = payments.filter(status=PaymentStatus.OPEN).first()
        if payment is not None:
            return payment
        if payments.filter(begun_at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
            raise CannotBegin(NotBegun.TOO_MANY)
        payment = Payment.objects.create(
            code=current,
            institution=current.request.institution,
            reference=_reference(),
            provider=provider.name,
            amount_minor=current.price_minor,
            currency=current.price_currency,
            begun_at=at,
            changed_at=at,
        )
        details: dict[str, str | int | bool | None] = {
            "amount_minor": payment.amount_minor,
            "currency": payment.currency,
            "provider": payment.provider,
        }
        audit(payment, AuditAction.PAYMENT_BEGUN, actor, at, details)
    return payment


def _introduce(payment: Payment, provider: PaymentProvider, language: str) -> None:
    """Make the payment known to the provider; asked twice at a time, both learn of the same one."""
    order = Order(
        key=str(payment.uuid),
        reference=payment.reference,
        name=settings.OPERATOR_NAME,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        language=language,
    )
    webhook = f"{settings.PUBLIC_URL}/webhooks/{provider.name}/"
    begun = provider.begin(order, return_url(), webhook)
    unknown = Payment.objects.filter(pk=payment.pk, provider_id="")
    unknown.update(provider_id=begun.provider_id, checkout_url=begun.checkout_url)
    payment.refresh_from_db(fields=["provider_id", "checkout_url"])


def _alone_with(code: AccessCode) -> AccessCode:
    """The code as it is now, locked with the others of its request."""
    list(priced_codes(code.request).select_for_update().order_by("pk"))
    return AccessCode.objects.select_related("request__institution", "request__patient").get(pk=code.pk)


def _reference() -> str:
    """Such as `P-7K3M9QXR`: random, short enough for a bank statement, and no access code by its looks."""
    return "P-" + "".join(secrets.choice(ALPHABET) for _ in range(8))
