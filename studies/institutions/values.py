"""Single values of settings and rules in words: for the history, and for what a change would do."""

from collections.abc import Mapping
from typing import Any

from django.db.models import BooleanField, Field, Model
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.money import in_words

# Where the form asks for cents and a reader wants an amount.
_OTHERWISE_CALLED = {"price_minor": _lazy("price")}


def label_of(model: type[Model], name: str) -> str:
    """What a field is called."""
    return str(capfirst(str(_OTHERWISE_CALLED.get(name, _field(model, name).verbose_name))))


def value_in_words(model: type[Model], name: str, values: Mapping[str, Any]) -> str:
    """The value of a field among `values`, which hold the currency of a price too, where it is known."""
    field, value = _field(model, name), values[name]
    if isinstance(field, BooleanField):
        return _("yes") if value else _("no")
    if name == "price_minor":
        return _price(value, values.get("price_currency"))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return _("nothing") if value in (None, "") else str(value)


def _price(minor: int, currency: str | None) -> str:
    if not minor:
        return _("nothing to pay")
    return in_words(minor, currency, get_language() or "en") if currency else str(minor)


def _field(model: type[Model], name: str) -> Field[Any, Any]:
    field: Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
    return field
