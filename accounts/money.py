"""Amounts as a reader of a language writes them."""

from decimal import Decimal

from babel.numbers import format_currency

_SPOKEN = {"en": "en_GB", "nl": "nl_BE", "fr": "fr_BE", "de": "de_DE"}


def in_words(minor: int, currency: str, language: str) -> str:
    """`€12.50` in English, `12,50 €` in French, with the narrow spaces that belong there."""
    return format_currency(Decimal(minor) / 100, currency, locale=_SPOKEN.get(language, "en_GB"))
