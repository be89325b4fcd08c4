"""The receipt of a payment, as PDF: who was paid, when, how much, for which reference.

There is no medical word in it, and nothing about who paid.
"""

from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.days import day
from accounts.money import in_words
from accounts.papers import pdf_of
from portal.models import LedgerKind, Payment

from .ledger import charged, held

_TEMPLATE = Path(__file__).with_name("receipt.typ")


def receipt_of(payment: Payment, language: str) -> bytes:
    """The receipt in a language (`nl`). What was given back since stands on it too. Never stored."""
    with translation.override(language):
        told = {"title": _("Receipt"), "lang": language, "rows": _rows(payment, language), "end": _end()}
    return pdf_of(_TEMPLATE, [told], int(payment.changed_at.timestamp()))


def _rows(payment: Payment, language: str) -> list[list[str]]:
    entries = list(payment.entries.all())
    paid = charged(entries, payment.currency)
    given_back = paid - held(entries, payment.currency)
    rows = [
        [_("Received by"), settings.OPERATOR_NAME],
        [_("For"), _("Online access")],
        [_("Reference"), payment.reference],
        [_("Paid on"), day(payment.settled_at or payment.changed_at)],
        [_("How"), _("At the desk") if payment.provider == LedgerKind.DESK else _("Online")],
        [_("Amount"), in_words(paid, payment.currency, language)],
    ]
    return [*rows, [_("Given back"), in_words(given_back, payment.currency, language)]] if given_back else rows


def _end() -> str:
    return _("Your bank statement shows this name and this reference.")
