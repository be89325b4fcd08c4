"""Giving access codes out and taking them back."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import Actor, ActorKind
from accounts.audit.services import record
from accounts.keys import mac
from accounts.models import AuditAction
from accounts.sessions.services import end_sessions_of
from studies.models import AccessCode, CodeChannel, Institution, PatientSecondFactor, Request

from . import births, codes
from .debts import is_paid_for
from .in_person import InPerson, why_in_person

PURPOSE = "access code"
KEPT_AFTER_DEATH = timedelta(days=90)
Details = dict[str, str | int | bool | None]


class Unissuable(TextChoices):
    """Why no code can be issued, in words for the desk."""

    BIRTH_DATE_UNKNOWN = "birth_date_unknown", _("The patient's date of birth is not known. Complete it first.")
    NOTHING_OPENED = "nothing_opened", _("A code opens the images, the report or both.")
    WRONG_DAYS = "wrong_days", _("A code works for at least a day, and at most as long as the institution allows.")
    INSTITUTION_LEFT = "institution_left", _("The institution is not active.")
    IN_PERSON = "in_person", _("This patient's codes are handed over in person only, with a reason.")
    FACTOR = "factor", _("The institution does not let single codes ask for a second factor.")
    NO_FREE_COPY = "no_free_copy", _("Nothing can be asked for before the institution says how to get a free copy.")


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


@dataclass(frozen=True)
class Wishes:
    """What is asked of a new code; what is left out is the institution's usual.

    It works for `days` of 24 hours. `second_factor` comes beside the institution's. `price_minor` is in cents of the
    institution's currency. `sent_by` is how it reaches the patient. `in_person` is the reason why a code for somebody
    whose codes are only handed over in person is given out (`in_person.why_in_person`); it is kept in the audit log.
    """

    images: bool = True
    report: bool = True
    days: int | None = None
    second_factor: PatientSecondFactor = PatientSecondFactor.NONE
    price_minor: int | None = None
    sent_by: CodeChannel = CodeChannel.LETTER
    in_person: str = ""


@dataclass(frozen=True)
class _Terms:
    """What a new code is given out under. `settled_at`: since when its price is not owed any more, if it is not.

    `in_person`: why it is only handed over in person, if it is.
    """

    days: int
    price_minor: int
    price_currency: str
    settled_at: datetime | None
    in_person: InPerson | None


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
    """A new code for a request with the institution's usual settings. Raises CannotIssue.

    `below` is where its text comes from: chance, but for a demo that gives the same codes again.
    """
    return issue_as_wished(request, Wishes(images=images, report=report, days=days), actor, at, below=below)


def issue_as_wished(
    request: Request,
    wishes: Wishes,
    actor: Actor,
    at: datetime,
    *,
    below: Callable[[int], int] = secrets.randbelow,
) -> IssuedCode:
    """A new code that opens what is wished of a request. Raises CannotIssue."""
    return _issue(request, wishes, actor, at, None, below)


def replace(code: AccessCode, wishes: Wishes, actor: Actor, at: datetime, *, take_back: bool = False) -> IssuedCode:
    """A new code in the place of one that was lost; it owes what that one owes, and nothing once that one was paid.

    The old one lives until the new one is used; with `take_back` it opens nothing from now on. Raises CannotIssue.
    """
    with transaction.atomic():
        current = AccessCode.objects.select_for_update().get(pk=code.pk)
        code.settled_at = current.settled_at
        issued = _issue(code.request, wishes, actor, at, code, secrets.randbelow)
        if take_back:
            revoke(code, actor, at)
    return issued


def _issue(
    request: Request,
    wishes: Wishes,
    actor: Actor,
    at: datetime,
    replaced: AccessCode | None,
    below: Callable[[int], int],
) -> IssuedCode:
    terms = _terms(request, wishes, replaced, at)
    text = codes.fresh(below)
    key_id, digest = mac("CODE_KEYS", PURPOSE, text)
    with transaction.atomic():
        code = AccessCode.objects.create(
            request=request,
            key_id=key_id,
            mac=digest,
            images=wishes.images,
            report=wishes.report,
            issued_at=at,
            issued_by=actor.uuid,
            expires_at=at + timedelta(days=terms.days),
            sent_by=wishes.sent_by,
            second_factor=wishes.second_factor,
            price_minor=terms.price_minor,
            price_currency=terms.price_currency,
            settled_at=terms.settled_at,
            replaces=replaced,
        )
        record_of(code, AuditAction.CODE_ISSUED, actor, at, _told(code, wishes, terms))
    return IssuedCode(code, codes.shown(text))


def _terms(request: Request, wishes: Wishes, replaced: AccessCode | None, at: datetime) -> _Terms:
    """What holds for a new code: what is wished, else the institution's usual. Raises CannotIssue."""
    institution = request.institution
    days = institution.code_days if wishes.days is None else wishes.days
    price_minor, price_currency, settled_at = _owed(request, wishes, replaced, at)
    in_person = why_in_person(request.patient, institution, at.date())
    terms = _Terms(days, price_minor, price_currency, settled_at, in_person)
    reason = why_unissuable(request) or _wrong(wishes, terms, institution)
    if reason is not None:
        raise CannotIssue(reason)
    return terms


def _told(code: AccessCode, wishes: Wishes, terms: _Terms) -> Details:
    """What the audit log says of a new code."""
    details: Details = {"images": code.images, "report": code.report, "days": terms.days}
    if code.replaces is not None:
        details["replaces"] = str(code.replaces.uuid)
    if terms.in_person is not None:
        details |= {"in_person": terms.in_person.value, "reason": wishes.in_person}
    return details


def _owed(
    request: Request, wishes: Wishes, replaced: AccessCode | None, at: datetime
) -> tuple[int, str, datetime | None]:
    """What a new code costs, in which currency, and since when that is settled: at once where the request was paid."""
    if replaced is not None:
        price, currency, settled_at = replaced.price_minor, replaced.price_currency, replaced.settled_at
    else:
        price = request.institution.price_minor if wishes.price_minor is None else wishes.price_minor
        currency, settled_at = request.institution.price_currency, None
    if price > 0 and settled_at is None and is_paid_for(request):
        settled_at = at
    return price, currency, settled_at


def _wrong(wishes: Wishes, terms: _Terms, institution: Institution) -> Unissuable | None:
    """What of these wishes cannot be."""
    handed_over = wishes.sent_by == CodeChannel.LETTER and wishes.in_person.strip()
    checks = (
        (not (wishes.images or wishes.report), Unissuable.NOTHING_OPENED),
        (not 1 <= terms.days <= institution.code_days_maximum, Unissuable.WRONG_DAYS),
        (terms.in_person is not None and not handed_over, Unissuable.IN_PERSON),
        (_asks_more(wishes, institution), Unissuable.FACTOR),
        (terms.price_minor > 0 and not institution.free_copy_text.strip(), Unissuable.NO_FREE_COPY),
    )
    return next((reason for applies, reason in checks if applies), None)


def _asks_more(wishes: Wishes, institution: Institution) -> bool:
    wanted = wishes.second_factor != PatientSecondFactor.NONE
    return wanted and not institution.second_factor_per_code


def revoke(code: AccessCode, actor: Actor, at: datetime) -> bool:
    """Take a code back: it opens nothing from now on, and whoever is in with it is out. False if done before."""
    with transaction.atomic():
        if not AccessCode.objects.filter(pk=code.pk, revoked_at__isnull=True).update(revoked_at=at):
            return False
        record_of(code, AuditAction.CODE_REVOKED, actor, at)
        end_sessions_of(subject=code.uuid)
    code.revoked_at = at
    return True


def renewable_until(code: AccessCode, at: datetime) -> datetime | None:
    """Until when a live code would work if it were kept open longer now; None when that is not a day later.

    The institution's usual time from now on, and never longer after it was issued than the institution allows.
    """
    institution = code.request.institution
    latest = code.issued_at + timedelta(days=institution.code_days_maximum)
    until = min(at + timedelta(days=institution.code_days), latest)
    is_dead = code.revoked_at is not None or code.ended_at is not None or not code.issued_at <= at < code.expires_at
    return None if is_dead or until - code.expires_at < timedelta(days=1) else until


def renewable_by_patient(code: AccessCode, at: datetime) -> datetime | None:
    """The same for the patient's own wish: None too where codes are handed over in person."""
    request = code.request
    return None if why_in_person(request.patient, request.institution, at.date()) else renewable_until(code, at)


def renew(code: AccessCode, actor: Actor, at: datetime) -> bool:
    """Keep a live code open longer. False if it is over, or works as long as it may already."""
    renewable = renewable_by_patient if actor.kind is ActorKind.PATIENT else renewable_until
    with transaction.atomic():
        AccessCode.objects.select_for_update().get(pk=code.pk)
        current = AccessCode.objects.select_related("request__institution", "request__patient").get(pk=code.pk)
        until = renewable(current, at)
        if until is None:
            return False
        AccessCode.objects.filter(pk=code.pk).update(expires_at=until)
        record_of(code, AuditAction.CODE_RENEWED, actor, at, {"until": until.isoformat()})
    code.expires_at = until
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
    details: Details | None = None,
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
