"""Finding out whom an asking fits, and giving them another code by what their institution holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as with_
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation

from accounts.audit.actor import SYSTEM
from accounts.audit.services import record
from accounts.keys import decrypt
from accounts.models import AuditAction
from accounts.throttling.limits import RESCUE_PATIENT
from accounts.throttling.services import take
from studies.access_codes.replacing import wishes_like
from studies.access_codes.services import CannotIssue, IssuedCode, record_of, replace, revoke
from studies.contacts.reachable import Reachable, reachable_by
from studies.contacts.services import tell
from studies.models import (
    AccessCode,
    CodeChannel,
    Contact,
    Patient,
    Request,
    Rescue,
    RescueOutcome,
)

from .contacts import Asked, holders_of
from .words import new_code

# Whoever took a row and did not finish within this time was killed: it is taken again.
LEASE = timedelta(minutes=2)
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class End:
    """What became of one patient whom an asking fits; `request` is the one that the code is for."""

    outcome: RescueOutcome
    request: Request | None = None


NOBODY = End(RescueOutcome.NOBODY)


def handle(uuid: UUID, at: datetime) -> bool:
    """Deal with one asking, once, whoever else tries at the same time. False when there is nothing (more) to do.

    Several patients can fit: of two institutions, or twins with a parent's number. Each gets a row.
    """
    if not _open(at).filter(uuid=uuid).update(handled_at=at):
        return False
    rescue = Rescue.objects.get(uuid=uuid)
    _close(rescue, _ends(rescue, at), at)
    return True


def handle_due(at: datetime) -> int:
    """Deal with everything that nobody has dealt with. Returns how many."""
    return sum(handle(uuid, at) for uuid in list(_open(at).order_by("pk").values_list("uuid", flat=True)))


def forget_rescues(at: datetime) -> int:
    """Delete askings of more than 30 days ago. Returns how many."""
    return Rescue.objects.filter(asked_at__lte=at - KEPT).delete()[0]


def _open(at: datetime) -> QuerySet[Rescue]:
    return Rescue.objects.filter(Q(handled_at__isnull=True) | Q(handled_at__lte=at - LEASE), outcome="")


def _ends(rescue: Rescue, at: datetime) -> list[End]:
    try:
        asked = Asked.read(decrypt(rescue.typed))
    except InvalidToken:  # its key is gone: nobody can be found any more
        return [NOBODY]
    return [_help(patient, channel, rescue.language, at) for patient, channel in holders_of(asked)] or [NOBODY]


def _close(rescue: Rescue, ends: Sequence[End], at: datetime) -> None:
    with transaction.atomic():
        for number, end in enumerate(ends):
            row = rescue if number == 0 else Rescue(asked_at=rescue.asked_at, language=rescue.language)
            row.typed, row.handled_at, row.outcome, row.request = "", at, end.outcome, end.request
            row.save()
            request = end.request
            record(
                AuditAction.RESCUE_HANDLED,
                SYSTEM,
                at,
                institution=request.institution.uuid if request else None,
                patient=request.patient.uuid if request else None,
                request=request.uuid if request else None,
                details={"rescue": str(rescue.uuid), "outcome": end.outcome.value},
            )


def _help(patient: Patient, channel: Contact, language: str, at: datetime) -> End:
    """Send this patient a code for their most recent request that had one, by the channel that was named."""
    lost = _lost_code(patient)
    if lost is None:
        latest = Request.objects.filter(patient=patient).select_related("institution", "patient")
        return End(RescueOutcome.DESK, latest.order_by("-requested_at", "-pk").first())
    ways = _ways(lost.request, channel, at)
    if lost.revoked_at is not None or not ways:
        return End(RescueOutcome.DESK, lost.request)
    if not take(RESCUE_PATIENT, str(patient.uuid), at).allowed:
        return End(RescueOutcome.OFTEN, lost.request)
    for way in ways:
        try:
            issued = replace(lost, with_(wishes_like(lost), sent_by=CodeChannel(way.channel.value)), SYSTEM, at)
        except CannotIssue:
            return End(RescueOutcome.DESK, lost.request)
        if _send(issued, way, language, at):
            return End(RescueOutcome.SENT, lost.request)
    return End(RescueOutcome.FAILED, lost.request)


def _lost_code(patient: Patient) -> AccessCode | None:
    """The newest code of the patient's most recent request that has any; one that was taken back only if all were."""
    codes = AccessCode.objects.filter(request__patient=patient)
    described = codes.select_related("request__patient", "request__institution")
    latest_first = ("-request__requested_at", "-request_id", F("revoked_at").asc(nulls_first=True), "-issued_at", "-pk")
    return described.order_by(*latest_first).first()


def _ways(request: Request, channel: Contact, at: datetime) -> list[Reachable]:
    """The channel that was named; a mail after an SMS that failed, where the institution allows it."""
    institution = request.institution
    ways = reachable_by(request.patient, institution, at)
    named = [way for way in ways if way.channel is channel]
    if named and channel is Contact.SMS and institution.mail_when_sms_fails:
        return ways
    return named


def _send(issued: IssuedCode, way: Reachable, language: str, at: datetime) -> bool:
    """Send the code; one that could not be sent is taken back, for nobody will ever have it."""
    code = issued.code
    with translation.override(code.request.patient.language or language):
        message = new_code(issued, way.channel)
    if not tell(way, message, code.request.institution, at):
        revoke(code, SYSTEM, at)
        return False
    with transaction.atomic():
        record_of(code, AuditAction.CODE_SENT, SYSTEM, at, {"channel": way.channel.value, "because": "rescue"})
    return True
