"""Giving money back: the wish is written first, the provider is asked then, and what came of it is what it tells."""

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import Actor
from accounts.models import AuditAction
from portal.models import LedgerEntry, LedgerKind, Payment, PaymentFlag, Refund
from studies.access_codes.settling import unsettle

from .interfaces import ProviderUnavailable, RefundRefused, Told
from .ledger import held, status_after
from .providers import provider_of
from .recording import audit, lock, record_state

_log = logging.getLogger("pacsonweb.checkout")


@dataclass(frozen=True)
class Wish:
    """`uuid` comes with the form: sent twice, it is one wish. `access_ends`: the price is owed again."""

    uuid: UUID
    amount_minor: int
    reason: str
    access_ends: bool = False


def refundable(payment: Payment) -> int:
    """What can be given back now, in cents: what is held, without what is on its way."""
    on_its_way = sum(refund.amount_minor for refund in pending(payment))
    return max(0, held(payment.entries.all(), payment.currency) - on_its_way)


def pending(payment: Payment) -> QuerySet[Refund]:
    """Wishes of which nothing came yet."""
    return Refund.objects.filter(payment=payment, event="", refused_at__isnull=True).order_by("asked_at")


def refund(payment: Payment, wish: Wish, actor: Actor, at: datetime) -> Refund:
    """Give money back. Raises ValidationError for more than there is.

    Where the provider does not answer, the wish stands and is carried out later (`manage.py run_due`).
    """
    wanted = _write_down(payment, wish, actor, at)
    try:
        carry_out(wanted, at)
    except ProviderUnavailable as error:
        _log.warning("a refund waits: %s", error)
    wanted.refresh_from_db()
    return wanted


def carry_out(wanted: Refund, at: datetime) -> Payment:
    """Ask the provider for a refund that was written down, unless it knows of it. Raises `ProviderUnavailable`.

    Asked about first: whether an earlier try came through is not known when its answer was lost.
    """
    payment = wanted.payment
    provider = provider_of(payment.provider)
    if provider is None:
        return payment
    payment = record_state(payment, provider.fetch(payment.provider_id), at)
    wanted.refresh_from_db()
    if wanted.event or wanted.refused_at:
        return payment
    try:
        provider.refund(payment.provider_id, wanted.amount_minor, payment.currency, str(wanted.uuid))
    except RefundRefused as refusal:
        _log.warning("a refund was refused: %s", refusal)
        return _note_refusal(wanted, at)
    return record_state(payment, provider.fetch(payment.provider_id), at)


def _write_down(payment: Payment, wish: Wish, actor: Actor, at: datetime) -> Refund:
    with transaction.atomic():
        current = lock(payment)
        known = Refund.objects.filter(uuid=wish.uuid, payment=current).first()
        if known is not None:
            return known
        if not 0 < wish.amount_minor <= refundable(current):
            raise ValidationError(_("So much cannot be given back."), code="too_much")
        wanted = Refund.objects.create(
            uuid=wish.uuid,
            payment=current,
            amount_minor=wish.amount_minor,
            reason=wish.reason,
            asked_at=at,
            asked_by=actor.uuid,
        )
        details: dict[str, str | int | bool | None] = {
            "amount_minor": wish.amount_minor,
            "currency": current.currency,
            "reason": wish.reason,
            "access_ends": wish.access_ends,
        }
        audit(current, AuditAction.PAYMENT_REFUNDED, actor, at, details)
        if current.provider == "desk":
            _hand_over(current, wanted, at)
        if wish.access_ends and current.code is not None:
            unsettle(current.code, actor, at)
    return wanted


def _hand_over(payment: Payment, wanted: Refund, at: datetime) -> None:
    """What was paid at the desk is given back there, now."""
    event = f"refund {wanted.uuid}"
    LedgerEntry.objects.create(
        payment=payment,
        kind=LedgerKind.REFUND,
        amount_minor=-wanted.amount_minor,
        currency=payment.currency,
        event=event,
        at=at,
    )
    Refund.objects.filter(pk=wanted.pk).update(event=event)
    status = status_after(payment.status, Told.PAID, payment.entries.all(), payment.currency)
    Payment.objects.filter(pk=payment.pk).update(status=status, changed_at=at)


def _note_refusal(wanted: Refund, at: datetime) -> Payment:
    with transaction.atomic():
        payment = lock(wanted.payment)
        Refund.objects.filter(pk=wanted.pk).update(refused_at=at)
        Payment.objects.filter(pk=payment.pk).update(flag=PaymentFlag.REFUND_REFUSED)
    return payment
