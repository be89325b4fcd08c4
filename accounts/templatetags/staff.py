"""What the admin's templates ask for."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.contrib import admin
from django.db.models import Model
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

register = template.Library()


@register.filter
def record_name(record: Model) -> str:
    """What the admin calls a record."""
    kind: Any = admin.site.get_model_admin(type(record))
    return str(kind.name_of(record))


@register.simple_tag(takes_context=True)
def reading(context: dict[str, Any], field: Any) -> SafeString:
    """What a field that is read shows (Django's AdminReadonlyField).

    Django's link to another record carries its counter, which leads nowhere here: this one carries its UUID, and is
    there for whoever may open that record.
    """
    record, request = field.form.instance, context["request"]
    name = field.field["field"]
    known = isinstance(name, str) and name in {each.name for each in record._meta.get_fields()}
    value = getattr(record, name, None) if known else None
    if not isinstance(value, Model):
        return conditional_escape(field.contents())
    kind: Any = admin.site._registry.get(type(value))
    if kind is None or not kind.has_view_permission(request, value):
        return conditional_escape(str(value))
    return format_html('<a href="{}">{}</a>', kind.address_of(value), value)


@register.filter
def under(results: Iterable[Iterable[SafeString]], headers: list[dict[str, Any]]) -> list[list[SafeString]]:
    """The cells of a list (`<td …>`, `<th …>`), each told its column's name, which a phone shows before the value."""
    labels = ["" if "action-checkbox" in header["class_attrib"] else capfirst(header["text"]) for header in headers]
    return [[_labelled(cell, label) for cell, label in zip(row, labels, strict=True)] for row in results]


def _labelled(cell: SafeString, label: str) -> SafeString:
    tag = len("<td")
    return SafeString(cell[:tag]) + format_html(' data-label="{}"', label) + SafeString(cell[tag:])
