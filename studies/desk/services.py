"""What a desk writes about patients."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction
from studies.models import DeskMessage, Patient, Request


@dataclass(frozen=True)
class Details:
    """How a patient is reached, in which language, and whether everything goes through the desk."""

    mobile: str
    mail: str
    language: str
    is_represented: bool
    died: bool


def lock_codes_of(request: Request) -> None:
    """Nobody else at this desk gives out a code for this request until the caller's transaction ends."""
    Request.objects.select_for_update().get(pk=request.pk)


def change_details(patient: Patient, details: Details, actor: Actor, at: datetime) -> Patient:
    """Keep what the patient said at the desk. The audit row says what changed, and neither from what nor to what.

    `mobile` is E.164. Raises ValidationError for a mail address that is none.
    """
    with transaction.atomic():
        current = Patient.objects.select_for_update().get(pk=patient.pk)
        changed = {name: value for name, value in asdict(details).items() if getattr(current, name) != value}
        for name, value in changed.items():
            setattr(current, name, value)
            setattr(patient, name, value)
        if changed:
            current.clean_fields(exclude={field.name for field in Patient._meta.fields} - set(changed))
            current.save(update_fields=list(changed))
            record(
                AuditAction.PATIENT_CHANGED,
                actor,
                at,
                institution=patient.institution.uuid,
                patient=patient.uuid,
                details={"changed": ", ".join(sorted(changed))},
            )
    return patient


def answer_message(message: DeskMessage, answer: str, actor: Actor, at: datetime) -> bool:
    """Note what was done about a patient's message. False if it was before. Raises ValidationError for no note."""
    answer = answer.strip()
    if not answer:
        raise ValidationError({"answer": _("Say what was done.")})
    with transaction.atomic():
        waiting = DeskMessage.objects.filter(pk=message.pk, answered_at__isnull=True)
        if not waiting.update(answered_at=at, answer=answer):
            return False
        record(
            AuditAction.CONCERN_ANSWERED,
            actor,
            at,
            institution=message.request.institution.uuid,
            patient=message.request.patient.uuid,
            request=message.request.uuid,
            details={"message": str(message.uuid)},
        )
    return True
