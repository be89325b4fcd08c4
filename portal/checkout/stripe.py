"""Payments through Stripe's Checkout (https://docs.stripe.com/api/checkout/sessions).

A payment's number here is that of its session. Its charge is known by the number of the payment intent, which is also
what Stripe's messages about refunds and disputes name.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from stripe import APIConnectionError, InvalidRequestError, RequestsClient, StripeClient, StripeError

from portal.models import LedgerKind

from .interfaces import Begun, Movement, Order, ProviderState, ProviderUnavailable, RefundRefused, Told

TIMEOUT_SECONDS = (2, 5)  # to connect, to answer
_GONE = {"failed", "canceled"}  # a refund that gave nothing back
_CONFLICT = 409  # the same call is under way
_MOST = 100  # refunds and disputes of one payment


@dataclass(frozen=True)
class Stripe:
    """`api` is empty for Stripe's own address; `webhook_secret` is empty where messages are taken unsigned."""

    key: str = field(repr=False)
    api: str = ""
    webhook_secret: str = field(default="", repr=False)
    name: str = "stripe"
    form_targets: tuple[str, ...] = ("https://checkout.stripe.com",)

    def begin(self, order: Order, return_url: str, webhook_url: str) -> Begun:  # noqa: ARG002 - set at Stripe, once
        metadata = {"reference": order.reference}
        wanted: Any = {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": order.currency.lower(),
                        "unit_amount": order.amount_minor,
                        "product_data": {"name": f"{order.name} {order.reference}"},
                    },
                }
            ],
            "client_reference_id": order.reference,
            "metadata": metadata,
            "payment_intent_data": {
                "description": f"{order.name} {order.reference}",
                "statement_descriptor_suffix": order.reference,
                "metadata": metadata,
            },
            "locale": order.language,
            "success_url": return_url,
            "cancel_url": return_url,
        }
        with self._client() as client:
            made = client.v1.checkout.sessions.create(wanted, {"idempotency_key": order.key})
            return Begun(_text(made.id), _text(made.url))

    def fetch(self, provider_id: str) -> ProviderState:
        with self._client() as client:
            session = client.v1.checkout.sessions.retrieve(provider_id, {"expand": ["payment_intent"]}).to_dict()
            intent = session.get("payment_intent") or {}
            reference = str((session.get("metadata") or {}).get("reference", ""))
            return ProviderState(_told(session, intent), reference, tuple(_movements(client, session, intent)))

    def refund(self, provider_id: str, amount_minor: int, currency: str, mark: str) -> None:  # noqa: ARG002 - the charge's
        with self._client() as client:
            intent = client.v1.checkout.sessions.retrieve(provider_id).payment_intent
            wanted: Any = {"payment_intent": intent, "amount": amount_minor, "metadata": {"mark": mark}}
            try:
                client.v1.refunds.create(wanted, {"idempotency_key": mark})
            except InvalidRequestError as error:
                if error.http_status == _CONFLICT:
                    raise
                raise RefundRefused(f"Stripe answered {error.http_status}") from None

    @contextmanager
    def _client(self) -> Iterator[StripeClient]:
        """A client for one call; whatever goes wrong is told without what was sent."""
        http = RequestsClient(timeout=TIMEOUT_SECONDS)
        addresses: Any = {"api": self.api} if self.api else None
        try:
            yield StripeClient(self.key, base_addresses=addresses, http_client=http, max_network_retries=0)
        except APIConnectionError as error:
            raise ProviderUnavailable(f"Stripe did not answer: {type(error).__name__}") from None
        except StripeError as error:
            raise ProviderUnavailable(f"Stripe answered {error.http_status}") from None
        except (KeyError, TypeError, AttributeError) as error:
            raise ProviderUnavailable(f"Stripe's answer cannot be read: {type(error).__name__}") from None
        finally:
            http.close()


def _told(session: dict[str, Any], intent: dict[str, Any]) -> Told:
    if session["payment_status"] == "paid":
        return Told.PAID
    if session["status"] == "expired":
        return Told.EXPIRED
    if session["status"] == "complete" and intent.get("status") in ("requires_payment_method", "canceled"):
        return Told.FAILED
    return Told.OPEN


def _movements(client: StripeClient, session: dict[str, Any], intent: dict[str, Any]) -> Iterator[Movement]:
    if session["payment_status"] != "paid":
        return
    number, currency = _text(intent["id"]), _text(session["currency"]).upper()
    yield Movement(LedgerKind.CHARGE, int(intent["amount_received"]), currency, number)
    for refund in client.v1.refunds.list({"payment_intent": number, "limit": _MOST}).to_dict()["data"]:
        amount, event = int(refund["amount"]), _text(refund["id"])
        mark = str((refund.get("metadata") or {}).get("mark", ""))
        yield Movement(LedgerKind.REFUND, -amount, currency, event, mark)
        if refund["status"] in _GONE:
            yield Movement(LedgerKind.RETURNED, amount, currency, f"{event}:returned")
    for dispute in client.v1.disputes.list({"payment_intent": number, "limit": _MOST}).to_dict()["data"]:
        if dispute["status"].startswith("warning_"):  # an inquiry: no money moved
            continue
        amount, event = int(dispute["amount"]), _text(dispute["id"])
        yield Movement(LedgerKind.CHARGEBACK, -amount, currency, event)
        if dispute["status"] == "won":
            yield Movement(LedgerKind.RETURNED, amount, currency, f"{event}:returned")


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("text was expected")
    return value
