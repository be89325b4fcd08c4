"""A match that is wrong: the number on a request is right, or mistyped, but that physician is not who is meant."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction, Physician
from studies.models import Institution, MatchedNumber, Participant, Study
from studies.overview.listings import refresh_listings

from .linking import link
from .matching import lock_number, match_again
from .numbers import Number, identifying
from .queries import carrying_number


@transaction.atomic
def unmatch(participant: Participant, reason: str, actor: Actor, at: datetime) -> None:
    """Say that this participant is not the physician of that number, in whichever role the number stands there.

    The study leaves the physician's list with it. It stays so when the number is matched again, and when the request is
    delivered again. Raises ValidationError when nobody is matched (any more).
    """
    number = _number_of(participant)
    if number is not None:
        lock_number(number)
    same = _same_on_the_request(participant)
    physician = Physician.objects.filter(participations__in=same).first()
    if physician is None:
        raise ValidationError(_("Nobody is matched here any more."))
    same.update(unmatched_at=at)
    link(same)
    if number is not None:
        match_again([number])
    _record(AuditAction.MATCH_UNDONE, participant, reason, actor, at, physician=str(physician.uuid))


@transaction.atomic
def take_back(participant: Participant, reason: str, actor: Actor, at: datetime) -> None:
    """Let the number count again: whoever holds it now is this participant.

    Raises ValidationError when it counts already.
    """
    number = _number_of(participant)
    if number is not None:
        lock_number(number)
    same = _same_on_the_request(participant).filter(unmatched_at__isnull=False)
    undone = Participant.objects.filter(pk__in=list(same.values_list("pk", flat=True)))
    if not undone.update(unmatched_at=None):
        raise ValidationError(_("This number counts already."))
    if number is not None:
        link(undone)
        match_again([number])
    else:
        _name_again(undone, participant)
    _record(AuditAction.RECORD_CHANGED, participant, reason, actor, at, change="match taken back")


@transaction.atomic
def unmatch_all(number: MatchedNumber, institution: Institution, reason: str, actor: Actor, at: datetime) -> int:
    """Undo every match of a number on the requests that one institution has sent up to now.

    Returns how many; lists follow as `match_again` says. Requests that come later are matched.
    """
    _lock(number)
    carrying = carrying_number(number).filter(request__institution=institution, physician__isnull=False)
    undone = carrying.update(unmatched_at=at)
    match_again([(number.kind, number.value)])
    _record_all(AuditAction.MATCH_UNDONE, number, institution, undone, reason, actor, at)
    return undone


@transaction.atomic
def take_back_all(number: MatchedNumber, institution: Institution, reason: str, actor: Actor, at: datetime) -> int:
    """Let the number count again on every request of one institution; whoever undid a match. Returns on how many."""
    _lock(number)
    undone = carrying_number(number).filter(request__institution=institution, unmatched_at__isnull=False)
    taken_back = undone.update(unmatched_at=None)
    match_again([(number.kind, number.value)])
    _record_all(
        AuditAction.RECORD_CHANGED, number, institution, taken_back, reason, actor, at, change="matches taken back"
    )
    return taken_back


def _lock(number: MatchedNumber) -> None:
    if (found := identifying(number.kind, number.value)) is not None:
        lock_number(found)


def _number_of(participant: Participant) -> Number | None:
    return (participant.system, participant.digits) if participant.digits else None


def _same_on_the_request(participant: Participant) -> QuerySet[Participant]:
    """The request's participants with the same number: somebody may be its requester and have a copy."""
    there = Participant.objects.filter(request=participant.request_id, system=participant.system)
    if participant.digits:
        return there.filter(digits=participant.digits)
    return there.filter(identifier=participant.identifier)


def _name_again(undone: QuerySet[Participant], named: Participant) -> None:
    """Who was named by hand carries the physician's UUID (`services.name_participant`)."""
    physician = Physician.objects.filter(uuid=UUID(named.identifier)).first()
    if physician is None or not physician.is_trusted:
        raise ValidationError(_("This physician is not verified, or is suspended."))
    undone.update(physician=physician)
    refresh_listings(*Study.objects.filter(request=named.request))


def _record(
    action: AuditAction, participant: Participant, reason: str, actor: Actor, at: datetime, **more: str
) -> None:
    request = participant.request
    record(
        action,
        actor,
        at,
        institution=request.institution.uuid,
        patient=request.patient.uuid,
        request=request.uuid,
        details={"register": participant.system, "reason": reason, **more},
    )


def _record_all(
    action: AuditAction,
    number: MatchedNumber,
    institution: Institution,
    participants: int,
    reason: str,
    actor: Actor,
    at: datetime,
    **more: str,
) -> None:
    details: dict[str, str | int | bool | None] = {
        "physician": str(number.physician.uuid),
        "register": number.kind,
        "participants": participants,
        "reason": reason,
    }
    record(action, actor, at, institution=institution.uuid, details={**details, **more})
