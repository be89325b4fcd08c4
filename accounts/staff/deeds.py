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


@dataclass(frozen=True)
class Deed:
    """`name` stands in the address, `label` on the button, `explanation` beside it: what will happen.

    `offered(record)` says whether it makes sense now. One of two calls the service: `carry_out(record, actor, at)`, or
    `because(record, reason, actor, at)` for a deed that wants a reason. A ValidationError is the service's no, with a
    sentence for whoever asked.
    """

    name: str
    permission: str
    label: Words
    explanation: Words
    done: Words
    offered: Callable[[Any], bool]
    carry_out: Callable[[Any, Actor, datetime], object] | None = None
    because: Callable[[Any, str, Actor, datetime], object] | None = None
    is_quiet: bool = False

    def do(self, record: Any, reason: str, actor: Actor, at: datetime) -> None:
        """Call the service; `reason` is empty for a deed that wants none."""
        if self.because is not None:
            self.because(record, reason, actor, at)
        elif self.carry_out is not None:
            self.carry_out(record, actor, at)


class ReasonForm(forms.Form):
    """Why it is done; kept in the audit log and therefore never about a patient."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Kept in the audit log. No names of patients.")
    )


@dataclass(frozen=True)
class OfferedDeed:
    """A deed on a record's page: where its button posts to, and the form for its reason if it wants one."""

    deed: Deed
    address: str
    form: ReasonForm | None
