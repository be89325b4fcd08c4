"""The seam to whoever moves the money. Amounts are in minor units (cents) of a currency that has a hundred."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from portal.models import LedgerKind


class ProviderUnavailable(Exception):
    """The provider did not answer, or not in a way that can be read. Nothing is known; asking again may help."""


class RefundRefused(Exception):
    """The provider will not give this money back."""


class Told(StrEnum):
    """How far a payment is, in a provider's words."""

    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Order:
    """What is to be paid. `key` makes asking twice the same as asking once; `language` is that of the payer (`nl`).

    Name and reference are all that provider and bank statement learn.
    """

    key: str
    reference: str
    name: str
    amount_minor: int
    currency: str
    language: str


@dataclass(frozen=True)
class Begun:
    """A payment that the provider knows now: by which number, and where the payer goes."""

    provider_id: str
    checkout_url: str


@dataclass(frozen=True)
class Movement:
    """Money that moved: charges positive, refunds and chargebacks negative. `event` is the provider's number of it.

    `mark` is the UUID of our own wish for a refund, empty for one that somebody made at the provider.
    """

    kind: LedgerKind
    amount_minor: int
    currency: str
    event: str
    mark: str = ""


@dataclass(frozen=True)
class ProviderState:
    """Everything a provider knows of one payment at one moment. `reference` is the one that the payment began with."""

    told: Told
    reference: str
    movements: tuple[Movement, ...] = ()


class PaymentProvider(Protocol):
    """Every call returns within 10 seconds or so. Raises `ProviderUnavailable`."""

    @property
    def name(self) -> str:
        """As kept in `Payment.provider`, and in the address of its messages."""

    @property
    def form_targets(self) -> tuple[str, ...]:
        """Sources of the Content Security Policy's `form-action` that lead to its pages."""

    def begin(self, order: Order, return_url: str, webhook_url: str) -> Begun:
        """Make a payment of this amount, or find the one that was made with this order's key."""

    def fetch(self, provider_id: str) -> ProviderState:
        """What it knows now."""

    def refund(self, provider_id: str, amount_minor: int, currency: str, mark: str) -> None:
        """Give so much back, once for each `mark`; what came of it is in what `fetch` tells. Raises `RefundRefused`."""
