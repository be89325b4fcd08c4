"""What the admin's templates ask for."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.contrib import admin
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

register = template.Library()


@register.filter
def record_name(record: Model) -> str:
    """What the admin calls a record."""
    kind: Any = admin.site.get_model_admin(type(record))
    return str(kind.name_of(record))


@register.filter
def under(results: Iterable[Iterable[SafeString]], headers: list[dict[str, Any]]) -> list[list[SafeString]]:
    """The cells of a list (`<td …>`, `<th …>`), each told its column's name, which a phone shows before the value."""
    labels = ["" if "action-checkbox" in header["class_attrib"] else capfirst(header["text"]) for header in headers]
    return [[_labelled(cell, label) for cell, label in zip(row, labels, strict=True)] for row in results]


def _labelled(cell: SafeString, label: str) -> SafeString:
    tag = len("<td")
    return SafeString(cell[:tag]) + format_html(' data-label="{}"', label) + SafeString(cell[tag:])
