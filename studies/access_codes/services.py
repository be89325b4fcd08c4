"""Giving access codes out and taking them back."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.keys import mac
from accounts.models import AuditAction
from accounts.sessions.services import end_sessions_of
from studies.models import AccessCode, Request

from . import births, codes

PURPOSE = "access code"
KEPT_AFTER_DEATH = timedelta(days=90)


class Unissuable(TextChoices):
    """Why no code can be issued, in words for the desk."""

    BIRTH_DATE_UNKNOWN = "birth_date_unknown", _("The patient's date of birth is not known. Complete it first.")
    NOTHING_OPENED = "nothing_opened", _("A code opens the images, the report or both.")
    WRONG_DAYS = "wrong_days", _("A code works for at least a day, and at most as long as the institution allows.")
    INSTITUTION_LEFT = "institution_left", _("The institution is not active.")


class CannotIssue(Exception):
    """No code can be issued for this request, for the reason given."""

    def __init__(self, reason: Unissuable) -> None:
        super().__init__(reason.label)
        self.reason = reason


@dataclass(frozen=True)
class IssuedCode:
    """A code that was issued just now. `text` (XXXX-XXXX-XXXX) exists only here: only its keyed hash is kept."""

    code: AccessCode
    text: str


def why_unissuable(request: Request) -> Unissuable | None:
    """Why no code can be issued for a request, whatever is asked; None when one can."""
    if not request.institution.is_active:
        return Unissuable.INSTITUTION_LEFT
    return None if births.is_known(request.patient) else Unissuable.BIRTH_DATE_UNKNOWN


def issue(
    request: Request,
    actor: Actor,
    at: datetime,
    *,
    images: bool = True,
    report: bool = True,
    days: int | None = None,
    below: Callable[[int], int] = secrets.randbelow,
) -> IssuedCode:
    """A new code that opens the images, the report or both of a request.

    It works for `days` of 24 hours from `at`; None is the institution's default. `below` is where its text comes from:
    chance, but for a demo that gives the same codes again. Raises CannotIssue.
    """
    institution = request.institution
    days = institution.code_days if days is None else days
    reason = why_unissuable(request)
    if reason is None and not (images or report):
        reason = Unissuable.NOTHING_OPENED
    if reason is None and not 1 <= days <= institution.code_days_maximum:
        reason = Unissuable.WRONG_DAYS
    if reason is not None:
        raise CannotIssue(reason)
    text = codes.fresh(below)
    key_id, digest = mac("CODE_KEYS", PURPOSE, text)
    with transaction.atomic():
        code = AccessCode.objects.create(
            request=request,
            key_id=key_id,
            mac=digest,
            images=images,
            report=report,
            issued_at=at,
            issued_by=actor.uuid,
            expires_at=at + timedelta(days=days),
        )
        details: dict[str, str | int | bool | None] = {"images": images, "report": report, "days": days}
        record_of(code, AuditAction.CODE_ISSUED, actor, at, details)
    return IssuedCode(code, codes.shown(text))


def revoke(code: AccessCode, actor: Actor, at: datetime) -> bool:
    """Take a code back: it opens nothing from now on, and whoever is in with it is out. False if done before."""
    with transaction.atomic():
        if not AccessCode.objects.filter(pk=code.pk, revoked_at__isnull=True).update(revoked_at=at):
            return False
        record_of(code, AuditAction.CODE_REVOKED, actor, at)
        end_sessions_of(subject=code.uuid)
    code.revoked_at = at
    return True


def forget_dead_codes(at: datetime) -> int:
    """Delete codes that have opened nothing for 90 days (decision 17); their audit rows stay. Returns how many."""
    since = at - KEPT_AFTER_DEATH
    dead = Q(expires_at__lte=since) | Q(revoked_at__lte=since) | Q(ended_at__lte=since)
    return AccessCode.objects.filter(dead).delete()[0]


def record_of(
    code: AccessCode,
    action: AuditAction,
    actor: Actor,
    at: datetime,
    details: dict[str, str | int | bool | None] | None = None,
) -> None:
    """An audit row about a code, in the caller's transaction."""
    record(
        action,
        actor,
        at,
        institution=code.request.institution.uuid,
        patient=code.request.patient.uuid,
        request=code.request.uuid,
        details={"code": str(code.uuid), **(details or {})},
    )
