"""Deeds: what staff do to one record by one button, each a call of one service."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import Actor

Words = str | Promise


_WHY = _("Say why, in one line. Nothing was changed.")


class DeedForm(forms.Form):
    """What is asked before a deed, about one record."""

    def __init__(self, record: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record = record


class ReasonForm(DeedForm):
    """Why it is done; kept in the audit log and therefore never about a patient."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Kept in the audit log. No names of patients."),
        error_messages={"required": _WHY, "max_length": _WHY},
    )


@dataclass(frozen=True)
class Deed:
    """`name` stands in the address, `label` on the button, `explanation` beside it: what will happen.

    `offered(record)` says whether it makes sense now. One of three calls the service: `carry_out(record, actor, at)`,
    `because(record, reason, actor, at)` for a deed that wants a reason, or `filled(record, cleaned_data, actor, at)`
    for one with a `form` of its own. A ValidationError is the service's no, with a sentence for whoever asked.
    `needs_fresh_factor`: whoever gave no second factor within ten minutes is asked for one first.
    """

    name: str
    permission: str
    label: Words
    explanation: Words
    done: Words
    offered: Callable[[Any], bool]
    carry_out: Callable[[Any, Actor, datetime], object] | None = None
    because: Callable[[Any, str, Actor, datetime], object] | None = None
    form: type[DeedForm] | None = None
    filled: Callable[[Any, dict[str, Any], Actor, datetime], object] | None = None
    is_quiet: bool = False
    needs_fresh_factor: bool = False

    def form_for(self, record: Any, sent: Any = None) -> DeedForm | None:
        """The form to fill in, or what was sent of it; None for a deed that asks nothing."""
        kind = ReasonForm if self.because is not None else self.form
        return None if kind is None else kind(record, sent, prefix=self.name)

    def do(self, record: Any, cleaned: dict[str, Any], actor: Actor, at: datetime) -> None:
        """Call the service; `cleaned` is empty for a deed that asks nothing."""
        if self.because is not None:
            self.because(record, cleaned["reason"], actor, at)
        elif self.filled is not None:
            self.filled(record, cleaned, actor, at)
        elif self.carry_out is not None:
            self.carry_out(record, actor, at)


@dataclass(frozen=True)
class OfferedDeed:
    """A deed on a record's page: where its button posts to, and the form it asks to fill in, if any."""

    deed: Deed
    address: str
    form: DeedForm | None
