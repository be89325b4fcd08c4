"""The demo's provider: a page of the portal's own plays every way a payment can go. Nobody's money moves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal.models import LedgerKind, PlayedOutcome, PlayedPayment

from .interfaces import Begun, Movement, Order, ProviderState, ProviderUnavailable, RefundRefused, Told

LATE = timedelta(seconds=15)
_TOLD = {
    PlayedOutcome.PAID: Told.PAID,
    PlayedOutcome.LATE: Told.PAID,
    PlayedOutcome.FAILED: Told.FAILED,
    PlayedOutcome.CANCELLED: Told.CANCELLED,
    PlayedOutcome.EXPIRED: Told.EXPIRED,
}


@dataclass(frozen=True)
class Local:
    """`now` is the clock by which a late payment becomes a paid one."""

    now: Callable[[], datetime] = timezone.now
    name: str = "local"
    form_targets: tuple[str, ...] = ()

    def begin(self, order: Order, return_url: str, webhook_url: str) -> Begun:  # noqa: ARG002 - it sends no messages
        wanted = {
            "reference": order.reference,
            "amount_minor": order.amount_minor,
            "currency": order.currency,
            "return_url": return_url,
        }
        played, _ = PlayedPayment.objects.get_or_create(uuid=UUID(order.key), defaults=wanted)
        return Begun(str(played.uuid), reverse("portal:local_payment", args=[played.uuid]))

    def fetch(self, provider_id: str) -> ProviderState:
        played = _found(provider_id)
        told = _TOLD.get(PlayedOutcome(played.outcome), Told.OPEN)
        if played.outcome == PlayedOutcome.LATE and played.decided_at and self.now() < played.decided_at + LATE:
            told = Told.OPEN
        return ProviderState(told, played.reference, tuple(_movements(played)) if told is Told.PAID else ())

    def refund(self, provider_id: str, amount_minor: int, currency: str, mark: str) -> None:  # noqa: ARG002 - its own
        with transaction.atomic():
            played = PlayedPayment.objects.select_for_update().get(pk=_found(provider_id).pk)
            if any(refund["mark"] == mark for refund in played.refunds):
                return
            if sum(refund["amount"] for refund in played.refunds) + amount_minor > played.amount_minor:
                raise RefundRefused("more than was paid")
            played.refunds.append({"mark": mark, "amount": amount_minor})
            played.save(update_fields=["refunds"])


def decide(played: PlayedPayment, outcome: PlayedOutcome, at: datetime) -> bool:
    """Play `outcome` for a payment that is still open; False if it was decided before."""
    still_open = PlayedPayment.objects.filter(pk=played.pk, outcome=PlayedOutcome.OPEN)
    return bool(still_open.update(outcome=outcome, decided_at=at))


def _found(provider_id: str) -> PlayedPayment:
    played = PlayedPayment.objects.filter(uuid=provider_id).first()
    if played is None:
        raise ProviderUnavailable("there is no such payment")
    return played


def _movements(played: PlayedPayment) -> Iterator[Movement]:
    yield Movement(LedgerKind.CHARGE, played.amount_minor, played.currency, str(played.uuid))
    for refund in played.refunds:
        yield Movement(
            LedgerKind.REFUND, -refund["amount"], played.currency, f"refund {refund['mark']}", refund["mark"]
        )
