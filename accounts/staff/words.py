"""Values of records as words."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import display_for_value
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext


def yes_or_no(model: type[Model], name: str) -> Callable[[Any, Any], str]:
    """A column, to be made an attribute of an admin class, for a yes-or-no field.

    In words of the reader's language: Django would show a picture that is described in English.
    """

    def column(_: Any, record: Any) -> str:
        return gettext("yes") if getattr(record, name) else gettext("no")

    field: Any = model._meta.get_field(name)
    return admin.display(column, description=field.verbose_name, ordering=name)


def own_sentence(model: type[Model], name: str) -> Callable[[Any, Any], str]:
    """A column, to be made an attribute of an admin class, for a field that keeps a sentence of the sources' own.

    It is kept in English (gettext_noop) and read in the reader's language.
    """

    def column(_: Any, record: Any) -> str:
        kept = getattr(record, name)
        return gettext(kept) if kept else ""  # the translation of nothing is the catalogue's header

    field: Any = model._meta.get_field(name)
    return admin.display(column, description=field.verbose_name, ordering=name)


def column(name: str, description: str | Promise) -> Callable[[Any, Any], str]:
    """A column, to be made an attribute of an admin class, for a field that has no words of its own.

    Lists write dates and numbers as the reader's language does, a record's own page does not: so it is done here.
    """

    def value(_: Any, record: Any) -> str:
        return display_for_value(getattr(record, name), "-")

    words: Any = description
    return admin.display(value, description=words, ordering=name)
