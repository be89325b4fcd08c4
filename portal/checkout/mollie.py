"""Payments through Mollie (https://docs.mollie.com/reference/payments-api)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from mollie.api.client import Client
from mollie.api.error import Error, ResponseError
from mollie.api.objects.payment import Payment

from portal.models import LedgerKind

from .interfaces import Begun, Movement, Order, ProviderState, ProviderUnavailable, RefundRefused, Told

TIMEOUT_SECONDS = (2, 5)  # to connect, to answer
_TOLD = {
    "paid": Told.PAID,
    "failed": Told.FAILED,
    "canceled": Told.CANCELLED,
    "expired": Told.EXPIRED,
}
_LANGUAGES = {"nl": "nl_BE", "fr": "fr_BE", "de": "de_DE", "en": "en_GB"}
_UNREACHABLE = {"localhost", "127.0.0.1"}  # Mollie refuses addresses of messages that it cannot reach
_GONE = {"failed", "canceled"}  # a refund that gave nothing back
_PAST_REFUNDING = 422  # already refunded, or more than there is


@dataclass(frozen=True)
class Mollie:
    """`api` is empty for Mollie's own address."""

    key: str = field(repr=False)
    api: str = ""
    name: str = "mollie"
    # Its page may send the payer on to any bank, and browsers hold the whole chain of redirects against `form-action`.
    form_targets: tuple[str, ...] = ("https:",)

    def begin(self, order: Order, return_url: str, webhook_url: str) -> Begun:
        wanted: dict[str, Any] = {
            "amount": _amount(order.amount_minor, order.currency),
            "description": f"{order.name} {order.reference}",
            "redirectUrl": return_url,
            "metadata": {"reference": order.reference},
            "locale": _LANGUAGES.get(order.language, "en_GB"),
        }
        if urlsplit(webhook_url).hostname not in _UNREACHABLE:
            wanted["webhookUrl"] = webhook_url
        with self._client() as client:
            made = client.payments.create(wanted, idempotency_key=order.key)
            return Begun(_text(made["id"]), _text(made["_links"]["checkout"]["href"]))

    def fetch(self, provider_id: str) -> ProviderState:
        with self._client() as client:
            payment = client.payments.get(provider_id, embed="refunds,chargebacks")
            return ProviderState(
                _TOLD.get(payment["status"], Told.OPEN),
                str((payment.get("metadata") or {}).get("reference", "")),
                tuple(_movements(payment)),
            )

    def refund(self, provider_id: str, amount_minor: int, currency: str, mark: str) -> None:
        wanted = {"amount": _amount(amount_minor, currency), "metadata": {"mark": mark}}
        with self._client() as client:
            try:
                Payment({"id": provider_id}, client).refunds.create(wanted, idempotency_key=mark)
            except ResponseError as error:
                if error.status == _PAST_REFUNDING:
                    raise RefundRefused(f"Mollie answered {error.status}") from None
                raise

    @contextmanager
    def _client(self) -> Iterator[Client]:
        """A client for one call; whatever goes wrong is told without what was sent."""
        client = Client(api_endpoint=self.api, timeout=TIMEOUT_SECONDS, retry=0)
        client.set_api_key(self.key)
        try:
            yield client
        except ResponseError as error:
            raise ProviderUnavailable(f"Mollie answered {error.status}") from None
        except Error as error:
            raise ProviderUnavailable(f"Mollie did not answer: {type(error).__name__}") from None
        except (KeyError, TypeError, AttributeError, InvalidOperation) as error:
            raise ProviderUnavailable(f"Mollie's answer cannot be read: {type(error).__name__}") from None
        finally:
            if hasattr(client, "_client"):
                client._client.close()


def _movements(payment: Payment) -> Iterator[Movement]:
    if payment.get("paidAt"):
        yield Movement(LedgerKind.CHARGE, *_money(payment["amount"]), _text(payment["id"]))
    embedded = payment.get("_embedded") or {}
    for refund in embedded.get("refunds") or []:
        amount, currency = _money(refund["amount"])
        event, mark = _text(refund["id"]), str((refund.get("metadata") or {}).get("mark", ""))
        yield Movement(LedgerKind.REFUND, -amount, currency, event, mark)
        if refund["status"] in _GONE:
            yield Movement(LedgerKind.RETURNED, amount, currency, f"{event}:returned")
    for chargeback in embedded.get("chargebacks") or []:
        amount, currency = _money(chargeback["amount"])
        event = _text(chargeback["id"])
        yield Movement(LedgerKind.CHARGEBACK, -amount, currency, event)
        if chargeback.get("reversedAt"):
            yield Movement(LedgerKind.RETURNED, amount, currency, f"{event}:returned")


def _amount(minor: int, currency: str) -> dict[str, str]:
    return {"currency": currency, "value": f"{minor // 100}.{minor % 100:02d}"}


def _money(amount: Any) -> tuple[int, str]:
    return int(Decimal(amount["value"]) * 100), _text(amount["currency"])


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("text was expected")
    return value
