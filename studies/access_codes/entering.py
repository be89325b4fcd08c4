"""Coming in with a code and a date of birth: one answer, and the same work, whatever was wrong."""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.addresses import network_of
from accounts.audit.actor import Actor, ActorKind
from accounts.audit.services import record
from accounts.keys import mac, macs
from accounts.models import AuditAction
from accounts.sessions.services import end_sessions_of
from accounts.throttling.alarm import count_failure
from accounts.throttling.limits import CODE, CODE_ADDRESS, CODE_ALARM, CODE_NETWORK
from accounts.throttling.services import Try, Verdict, forgive_all, take_all
from studies.models import AccessCode, PatientSecondFactor, Report, Study

from . import codes
from .births import Birth, agrees
from .codes import CodeFault, Mistyped
from .entries import Entry, Outcome, Refusal
from .services import PURPOSE, record_of, revoke

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"  # without those that are read as digits or as each other


def enter(text: str, birth: Birth, address: str, at: datetime) -> Entry:
    """Try a code (as typed) with a date of birth from an address. Every outcome is audited.

    Unknown, expired, revoked and ended codes and wrong dates get one answer for the same queries and keyed hashes.
    A text that is no code and a date that cannot be are said, and count for the address only.
    """
    try:
        code_text, fault = codes.read(text), None
    except Mistyped as mistyped:
        code_text, fault = "", mistyped.fault
    possible = birth.is_possible(at.date())
    if fault is not None or not possible:
        return _mistyped(fault, possible, address, at)
    tries: list[Try] = [(CODE, code_text), *_places(address)]
    verdict = take_all(tries, at)
    code = _found(code_text)
    agreeing = agrees(birth, code.request.patient if code is not None else None)  # compared even where there is no code
    reason = _refusal(code, agreeing, at) if verdict.allowed else Refusal.ENDED if verdict.ended else Refusal.WAITING
    if code is not None and agreeing and reason is Refusal.EXPIRED and code.request.institution.is_active:
        forgive_all(tries, at)
        return _expired(code, address, at)
    if code is None or reason is not None:
        return _refused(code, reason or Refusal.UNKNOWN_CODE, verdict, address, at)
    forgive_all(tries, at)
    return _welcomed(code, code_text, address, at)


def _mistyped(fault: CodeFault | None, possible: bool, address: str, at: datetime) -> Entry:
    verdict = take_all(_places(address), at)
    if not verdict.allowed:
        return _refused(None, Refusal.WAITING, verdict, address, at)
    record(AuditAction.PATIENT_REFUSED, _visitor(address), at, details={"reason": Refusal.MISTYPED.value})
    return Entry(Outcome.MISTYPED, code_fault=fault, impossible_date=not possible)


def _places(address: str) -> list[Try]:
    """Where a try comes from: the address (the /64 of IPv6) and the network around it (/24, or /48)."""
    return [(CODE_ADDRESS, network_of(address, 32, 64)), (CODE_NETWORK, network_of(address, 24, 48))]


def _found(code_text: str) -> AccessCode | None:
    """The code under any live key: one query, and as many keyed hashes as there are keys."""
    wanted = Q(pk__in=[])
    for key_id, digest in macs("CODE_KEYS", PURPOSE, code_text):
        wanted |= Q(key_id=key_id, mac=digest)
    return AccessCode.objects.filter(wanted).select_related("request__patient", "request__institution").first()


def _refusal(code: AccessCode | None, agreeing: bool, at: datetime) -> Refusal | None:
    """The true reason, if there is one. `agreeing`: whether the date is the right one."""
    if code is None:
        return Refusal.UNKNOWN_CODE
    checks = (
        (code.revoked_at is not None, Refusal.REVOKED),
        (code.ended_at is not None, Refusal.ENDED),
        (code.expires_at <= at, Refusal.EXPIRED),
        (code.issued_at > at, Refusal.NOT_LIVE_YET),
        (not code.request.institution.is_active, Refusal.INSTITUTION_LEFT),
        (not agreeing, Refusal.WRONG_DATE),
    )
    return next((reason for applies, reason in checks if applies), None)


def _refused(code: AccessCode | None, reason: Refusal, verdict: Verdict, address: str, at: datetime) -> Entry:
    reference = _reference()
    if verdict.allowed:
        count_failure(CODE_ALARM, at)
    with transaction.atomic():
        record(
            AuditAction.PATIENT_REFUSED,
            _visitor(address),
            at,
            institution=code.request.institution.uuid if code else None,
            patient=code.request.patient.uuid if code else None,
            request=code.request.uuid if code else None,
            details={"reason": reason.value, "reference": reference, "code": str(code.uuid) if code else None},
        )
        if verdict.allowed and verdict.is_last:
            _end(code, address, at)
    return Entry(Outcome.REFUSED, again_at=verdict.again_at, reference=reference)


def _end(code: AccessCode | None, address: str, at: datetime) -> None:
    """The last failure of a code's life: from now on only another code helps."""
    ended = AccessCode.objects.filter(pk=code.pk if code else 0, ended_at__isnull=True).update(ended_at=at)
    if code is not None and ended:
        record_of(code, AuditAction.CODE_ENDED, _visitor(address), at)
        end_sessions_of(subject=code.uuid)


def _welcomed(code: AccessCode, code_text: str, address: str, at: datetime) -> Entry:
    """After the right code and date: what the page may say openly. A payment and a second factor may still be due."""
    outcome = Outcome.ENTERED if has_anything(code) else Outcome.NOT_YET
    with transaction.atomic():
        _rehash(code, code_text)
        if outcome is Outcome.ENTERED:
            record_of(code, AuditAction.CODE_ACCEPTED, _visitor(address), at)
        else:
            record_of(code, AuditAction.PATIENT_REFUSED, _visitor(address), at, {"reason": outcome.value})
    return Entry(outcome, code=code)


def _expired(code: AccessCode, address: str, at: datetime) -> Entry:
    """An expired code says so to whoever knows the date of birth, and to nobody else."""
    with transaction.atomic():
        record_of(code, AuditAction.PATIENT_REFUSED, _visitor(address), at, {"reason": Refusal.EXPIRED.value})
    return Entry(Outcome.EXPIRED, code=code)


def complete(code: AccessCode, passed: PatientSecondFactor, patient: Actor, at: datetime) -> None:
    """The `patient` is in with this code, all steps passed. To be called in the transaction that begins the session.

    A code that this one was given to replace ends now, and not before: asking for another one takes nothing away.
    """
    record_of(code, AuditAction.PATIENT_ENTERED, patient, at, {"second_factor": passed.value})
    if AccessCode.objects.filter(pk=code.pk, first_used_at__isnull=True).update(first_used_at=at):
        replaced = code.replaces
        while replaced is not None:  # who asked twice has two new ones, the second in the place of the first
            revoke(replaced, patient, at)
            replaced = replaced.replaces


def has_anything(code: AccessCode) -> bool:
    """Whether anything that this code is for has arrived, shown or not yet shown."""
    images = code.images and Study.objects.filter(request=code.request_id, arrived_at__isnull=False).exists()
    return images or (code.report and Report.objects.filter(request=code.request_id).exists())


def _rehash(code: AccessCode, code_text: str) -> None:
    """Keep the code under the newest key: after a rotation the old one can go once every live code was used."""
    key_id, digest = mac("CODE_KEYS", PURPOSE, code_text)
    if code.key_id != key_id:
        AccessCode.objects.filter(pk=code.pk).update(key_id=key_id, mac=digest)


def _visitor(address: str) -> Actor:
    return Actor(ActorKind.VISITOR, address=address)


def _reference() -> str:
    """Such as `K7-42`: short enough to say on the phone, told apart by the time when two are alike."""
    letter = secrets.choice(_LETTERS)
    return f"{letter}{secrets.randbelow(10)}-{secrets.randbelow(100):02d}"
