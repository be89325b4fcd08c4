"""Writing down what a provider knows of a payment: once, however often and in whatever order it is learned."""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.audit.actor import SYSTEM, Actor
from accounts.audit.services import record
from accounts.models import AuditAction
from portal.models import LedgerEntry, LedgerKind, Payment, PaymentFlag, Refund
from studies.access_codes.debts import priced_codes
from studies.access_codes.settling import settle

from .interfaces import Movement, ProviderState, Told
from .ledger import charged, held, status_after

PAID_TWICE = "paid although nothing was owed"
_log = logging.getLogger("pacsonweb.checkout")


def record_state(payment: Payment, state: ProviderState, at: datetime, actor: Actor = SYSTEM) -> Payment:
    """Bring our books to what the provider said, open the door if it is paid for, and flag what somebody must look at.

    A state of another payment (its reference tells) changes nothing.
    """
    if state.reference != payment.reference:
        _log.error("payment %s: the provider answered about another one", payment.uuid)
        return payment
    with transaction.atomic():
        current = lock(payment)
        fresh = _enter(current, state.movements, at)
        _adopt_refunds(current, state.movements)
        _write_status(current, state.told, bool(fresh), at, actor)
        if fresh:
            draw_consequences(current, fresh, at, actor)
    return current


def lock(payment: Payment) -> Payment:
    """The payment as it is now, alone with it: after the codes of its request, always in this order."""
    known = Payment.objects.select_related("code__request").get(pk=payment.pk)
    if known.code is not None:
        list(priced_codes(known.code.request).select_for_update().order_by("pk"))
    Payment.objects.select_for_update().get(pk=payment.pk)
    return Payment.objects.select_related("code__request__institution", "code__request__patient", "institution").get(
        pk=payment.pk
    )


def draw_consequences(payment: Payment, fresh: Sequence[Movement], at: datetime, actor: Actor) -> None:
    """What movements that are new mean for access and for the desk. In the transaction that wrote them."""
    kinds = {movement.kind for movement in fresh}
    if kinds & {LedgerKind.CHARGE, LedgerKind.DESK}:
        _charged(payment, at, actor)
    if _refunded_elsewhere(payment, fresh):
        _flag(payment, PaymentFlag.REFUNDED_ELSEWHERE)
    if LedgerKind.CHARGEBACK in kinds:
        _flag(payment, PaymentFlag.CHARGED_BACK)


def audit(
    payment: Payment, action: AuditAction, actor: Actor, at: datetime, details: dict[str, str | int | bool | None]
) -> None:
    """A row about a payment, in the caller's transaction."""
    request = payment.code.request if payment.code is not None else None
    record(
        action,
        actor,
        at,
        institution=payment.institution.uuid,
        patient=request.patient.uuid if request else None,
        request=request.uuid if request else None,
        details={"payment": str(payment.uuid), **details},
    )


def _enter(payment: Payment, movements: Sequence[Movement], at: datetime) -> list[Movement]:
    """Write the movements that are new; returns those."""
    known = set(payment.entries.values_list("event", flat=True))
    fresh = [movement for movement in movements if movement.event not in known]
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            payment=payment,
            kind=movement.kind,
            amount_minor=movement.amount_minor,
            currency=movement.currency,
            event=movement.event,
            at=at,
        )
        for movement in fresh
    )
    return fresh


def _adopt_refunds(payment: Payment, movements: Sequence[Movement]) -> None:
    """Our own wishes for refunds learn under which number the money moved."""
    for movement in movements:
        if movement.kind == LedgerKind.REFUND and (mark := _uuid(movement.mark)):
            Refund.objects.filter(payment=payment, uuid=mark, event="").update(event=movement.event)


def _write_status(payment: Payment, told: Told, moved: bool, at: datetime, actor: Actor) -> None:
    entries = list(payment.entries.all())
    status = status_after(payment.status, told, entries, payment.currency)
    if payment.hinted_at is not None and payment.hinted_at <= at:  # not for a hint that came while asking
        payment.hinted_at = None
        payment.save(update_fields=["hinted_at"])
    if status != payment.status or moved:
        payment.status, payment.changed_at = status, at
        payment.save(update_fields=["status", "changed_at"])
        audit(
            payment,
            AuditAction.PAYMENT_CHANGED,
            actor,
            at,
            {"status": status.value, "held_minor": held(entries, payment.currency), "currency": payment.currency},
        )


def _charged(payment: Payment, at: datetime, actor: Actor) -> None:
    """Money came in: it opens the door of its code, unless that was open already; then it goes back."""
    entries = list(payment.entries.all())
    paid_in = charged(entries, payment.currency)
    if paid_in != payment.amount_minor or any(entry.currency != payment.currency for entry in entries):
        _flag(payment, PaymentFlag.OTHER_AMOUNT)
    if payment.code is None:
        _flag(payment, PaymentFlag.CODE_GONE)
    elif payment.settled_at is None and paid_in >= payment.amount_minor:
        if settle(payment.code, actor, at):
            payment.settled_at = at
            payment.save(update_fields=["settled_at"])
        else:
            _give_back(payment, held(entries, payment.currency), at)


def _give_back(payment: Payment, amount: int, at: datetime) -> None:
    """Write the wish down; `refunds.carry_out` asks the provider. At the desk, people give it back themselves."""
    _flag(payment, PaymentFlag.PAID_TWICE)
    if payment.provider != "desk" and amount > 0:
        Refund.objects.create(payment=payment, amount_minor=amount, reason=PAID_TWICE, asked_at=at)


def _refunded_elsewhere(payment: Payment, fresh: Sequence[Movement]) -> bool:
    """Whether one of these refunds was not a wish of ours."""
    marks = {_uuid(movement.mark) for movement in fresh if movement.kind == LedgerKind.REFUND}
    ours = set(Refund.objects.filter(payment=payment).values_list("uuid", flat=True))
    return bool(marks - ours)


def _flag(payment: Payment, flag: PaymentFlag) -> None:
    payment.flag = flag
    payment.save(update_fields=["flag"])


def _uuid(mark: str) -> UUID | None:
    try:
        return UUID(mark)
    except ValueError:
        return None
