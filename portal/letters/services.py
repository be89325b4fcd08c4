"""Giving a code out on paper: issuing it, its letter and the audit rows stand or fall together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.audit.actor import Actor
from accounts.models import AuditAction
from studies.access_codes.services import Wishes, issue_as_wished, record_of, replace
from studies.access_codes.slips import issue_slip
from studies.models import AccessCode, Request

from .printing import pdf_of
from .words import letter_with, slip_with

MOST_LETTERS = 100
USUAL = Wishes()


@dataclass(frozen=True)
class Order:
    """A letter to be printed, whose code takes the place of `replaced`, which `take_back` ends at once."""

    request: Request
    wishes: Wishes = USUAL
    replaced: AccessCode | None = None
    take_back: bool = False


def print_letters(orders: Sequence[Order], actor: Actor, at: datetime) -> bytes:
    """A PDF with one letter for each, kept nowhere. All codes are given out, or none: raises CannotIssue, and
    ValueError for more than `MOST_LETTERS`."""
    if len(orders) > MOST_LETTERS:
        raise ValueError(f"{len(orders)} letters at once")
    letters = []
    with transaction.atomic():
        for order in orders:
            if order.replaced is None:
                issued = issue_as_wished(order.request, order.wishes, actor, at)
            else:
                issued = replace(order.replaced, order.wishes, actor, at, take_back=order.take_back)
            record_of(issued.code, AuditAction.PRINTED, actor, at, {"paper": "letter"})
            letters.append(letter_with(issued, at))
        return pdf_of(letters)


def print_slip(code: AccessCode, actor: Actor, at: datetime) -> bytes:
    """A PDF with a code's one-time passwords, kept nowhere; those printed before work no more."""
    with transaction.atomic():
        passwords = issue_slip(code, actor, at)
        record_of(code, AuditAction.PRINTED, actor, at, {"paper": "slip"})
        return pdf_of([slip_with(code, passwords, at)])
