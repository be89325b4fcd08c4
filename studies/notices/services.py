"""Asking to be told, and telling."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from accounts.audit.actor import SYSTEM, Actor
from accounts.audit.services import record
from accounts.challenges.values import Message
from accounts.models import AuditAction
from studies.access_codes.queries import live_codes
from studies.contacts.reachable import Reachable, reachable_by
from studies.contacts.services import tell
from studies.models import AccessCode, Contact, Institution, Notice

from .openings import Openings, openings_of

KEPT = timedelta(days=90)
# A carrier that is down today is tried again until tomorrow; later the message would only confuse.
TRIED_FOR = timedelta(days=1)


def ask(code: AccessCode, channel: Contact, language: str, actor: Actor, at: datetime) -> bool:
    """Note to tell whoever holds this code once it opens more than now.

    False where nothing is awaited, or the patient cannot be reached by this channel.
    """
    request = code.request
    ways = reachable_by(request.patient, request.institution, at)
    openings = openings_of(code, at)
    if not openings.is_waiting or channel not in {way.channel for way in ways}:
        return False
    with transaction.atomic():
        _, is_new = Notice.objects.get_or_create(
            request=request,
            channel=channel,
            sent_at=None,
            defaults={"code": code, "already_open": openings.open, "language": language, "asked_at": at},
        )
        if is_new:
            _record(AuditAction.NOTICE_ASKED, code, channel, actor, at)
    return True


def send_due(at: datetime) -> int:
    """Tell everybody for whom something opened. Returns how many were told."""
    waiting = Notice.objects.filter(sent_at__isnull=True).select_related("code").order_by("pk")
    return sum(_send_if_due(notice, at) for notice in list(waiting))


def forget_notices(at: datetime) -> int:
    """Delete those that were sent, or asked for in vain, more than 90 days ago. Returns how many."""
    since = at - KEPT
    sent = Notice.objects.filter(sent_at__lte=since).delete()[0]
    return sent + Notice.objects.filter(sent_at__isnull=True, asked_at__lte=since).delete()[0]


def _send_if_due(notice: Notice, at: datetime) -> bool:
    code = _code_that_opens(notice, at)
    if code is None:
        return False
    openings = openings_of(code, at)
    if openings.open <= notice.already_open:
        return False
    # Noted before it is sent: of two at the same time one sends.
    if not Notice.objects.filter(pk=notice.pk, sent_at__isnull=True).update(sent_at=at):
        return False
    way = _way(notice, code, at)
    sent = way is not None and tell(way, _message(notice, code), code.request.institution, at)
    if sent:
        with transaction.atomic():
            _record(AuditAction.NOTICE_SENT, code, Contact(notice.channel), SYSTEM, at)
    elif way is not None and _is_news(openings, at):
        Notice.objects.filter(pk=notice.pk).update(sent_at=None)
    return sent


def _code_that_opens(notice: Notice, at: datetime) -> AccessCode | None:
    """The code it was asked with, or the one that came in its place: who cannot come in is not told to."""
    live = live_codes(at).filter(request=notice.request_id).select_related("request__patient", "request__institution")
    codes = sorted(live, key=lambda code: (code.pk == notice.code_id, code.issued_at))
    return codes[-1] if codes else None


def _way(notice: Notice, code: AccessCode, at: datetime) -> Reachable | None:
    ways = reachable_by(code.request.patient, code.request.institution, at)
    return next((way for way in ways if way.channel == notice.channel), None)


def _is_news(openings: Openings, at: datetime) -> bool:
    return openings.latest is not None and at - openings.latest < TRIED_FOR


def _message(notice: Notice, code: AccessCode) -> Message:
    institution: Institution = code.request.institution
    with translation.override(code.request.patient.language or notice.language):
        words = {"institution": institution.name, "link": f"{settings.PUBLIC_URL}/patient/"}
        subject = gettext("%(institution)s: it is there") % words
        text = (
            gettext("%(institution)s: what you are waiting for is there now. Open %(link)s and use your code.") % words
        )
    return Message(text, subject)


def _record(action: AuditAction, code: AccessCode, channel: Contact, actor: Actor, at: datetime) -> None:
    request = code.request
    record(
        action,
        actor,
        at,
        institution=request.institution.uuid,
        patient=request.patient.uuid,
        request=request.uuid,
        details={"channel": channel.value},
    )
