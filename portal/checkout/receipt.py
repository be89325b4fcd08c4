"""The receipt of a payment, as PDF/UA (ISO 14289-1): who was paid, when, how much, for which reference.

There is no medical word in it, and nothing about who paid.
"""

import json
from functools import cache
from pathlib import Path

import typst
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.days import day
from accounts.money import in_words
from portal.models import LedgerKind, Payment

from .ledger import charged, held

_TEMPLATE = Path(__file__).with_name("receipt.typ")


def receipt_of(payment: Payment, language: str) -> bytes:
    """The receipt in a language (`nl`). What was given back since stands on it too. Never stored."""
    with translation.override(language):
        told = {"title": _("Receipt"), "language": language, "rows": _rows(payment, language), "end": _end()}
    compiler = typst.Compiler(str(_TEMPLATE), font_paths=_fonts())  # one for each: threads must not share it
    changed = int(payment.changed_at.timestamp())
    pdf = compiler.compile(sys_inputs={"told": json.dumps(told)}, pdf_standards=["ua-1"], timestamp=changed)
    assert isinstance(pdf, bytes)  # noqa: S101 - only pictures come in several
    return pdf


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


@cache
def _fonts() -> typst.Fonts:
    """Typst's own only, so that a receipt looks alike on every machine."""
    return typst.Fonts(include_system_fonts=False)
