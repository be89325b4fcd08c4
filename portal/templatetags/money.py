"""Amounts of money in the page's language."""

from django import template
from django.utils.translation import get_language

from accounts.money import in_words

register = template.Library()


@register.filter
def money(minor: int, currency: str) -> str:
    """`€12.50`, from cents."""
    return in_words(minor, currency, get_language() or "en")
