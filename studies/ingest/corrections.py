"""The institution's answer to a correction: the same picture with other patient data, waiting in quarantine."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction
from studies.archive.examined import Examined, Outcome, Source
from studies.archive.layout import new_key, new_shelf
from studies.archive.staging import Staging
from studies.ingest import patients, rows
from studies.ingest.examining import in_a_worker
from studies.ingest.services import lock
from studies.models import Instance, Patient, QuarantinedFile, QuarantineReason, QuarantineResolution

Examine = Callable[[Source, Path, str], Outcome]
"""Examines a source into a new folder below a root."""


class NotACorrection(Exception):
    """This file is no correction that waits for an answer."""


def accept_correction(
    quarantined: QuarantinedFile, actor: Actor, at: datetime, examine: Examine = in_a_worker
) -> Instance:
    """Let the corrected file take the place of the one that is here, which stays as history; returns the new instance.

    The patient's details become those of the file. Raises `NotACorrection` if the file does not wait for an answer,
    can no longer be read, or the picture it corrects is gone.
    """
    root = Path(settings.ARCHIVE_ROOT)
    with Staging(root) as staging:
        arrived = examine(Source(quarantined.name, str(root / quarantined.file)), root, staging.new())
        if not isinstance(arrived, Examined):
            raise NotACorrection
        with transaction.atomic():
            lock(quarantined.institution)
            waiting, replaced = _waiting(quarantined)
            corrected = _replace(replaced, arrived, at)
            _correct(replaced.series.study.request.patient, arrived)
            _resolve(waiting, replaced, QuarantineResolution.ACCEPTED, actor, at)
            staging.place({arrived.staged: corrected.key})
        staging.settle()
    return corrected


def refuse_correction(quarantined: QuarantinedFile, actor: Actor, at: datetime) -> None:
    """Leave everything as it is; the file stays in quarantine until it is deleted there. Raises `NotACorrection`."""
    with transaction.atomic():
        lock(quarantined.institution)
        _resolve(*_waiting(quarantined), QuarantineResolution.REFUSED, actor, at)


def _waiting(quarantined: QuarantinedFile) -> tuple[QuarantinedFile, Instance]:
    """The file as it is now, and the picture it corrects. Two who click at once: the second finds it answered."""
    found = (
        QuarantinedFile.objects.select_related(
            "institution", "instance__replaced_by", "instance__series__study__request__patient"
        )
        .filter(pk=quarantined.pk, reason=QuarantineReason.CORRECTION, resolution="")
        .first()
    )
    if found is None or found.instance is None:
        raise NotACorrection
    return found, found.instance


def _replace(replaced: Instance, arrived: Examined, at: datetime) -> Instance:
    """The new current version; every earlier one points to it."""
    current = replaced.replaced_by or replaced
    corrected = rows.new_instance(current.series, arrived, new_key(current.institution.uuid, new_shelf()), at)
    # One current instance a UID: the new one counts as replaced until the old one is.
    corrected.replaced_by = current
    corrected.save()
    Instance.objects.filter(Q(replaced_by=current) | Q(pk=current.pk)).update(replaced_by=corrected)
    corrected.replaced_by = None
    corrected.save(update_fields=["replaced_by"])
    return corrected


def _correct(patient: Patient, arrived: Examined) -> None:
    """The file's details, as far as it has any: a correction takes nothing away."""
    known = patients.details(arrived.identity)
    if any(known[field] for field in patients.NAME_FIELDS):
        for field in patients.NAME_FIELDS:
            setattr(patient, field, known[field])
    patient.sex = known["sex"] or patient.sex
    birth = [known[part] for part in patients.BIRTH_FIELDS]
    if known["birth_year"] is not None and birth != [getattr(patient, part) for part in patients.BIRTH_FIELDS]:
        for part in patients.BIRTH_FIELDS:
            setattr(patient, part, known[part])
        patient.birth_completed_by_desk = False
    patient.save(update_fields=[*patients.DETAIL_FIELDS, "birth_completed_by_desk"])


def _resolve(
    waiting: QuarantinedFile, instance: Instance, resolution: QuarantineResolution, actor: Actor, at: datetime
) -> None:
    waiting.resolution, waiting.resolved_at, waiting.resolved_by = resolution, at, actor.uuid
    waiting.save(update_fields=["resolution", "resolved_at", "resolved_by"])
    study = instance.series.study
    accepted = resolution == QuarantineResolution.ACCEPTED
    record(
        AuditAction.CORRECTION_ACCEPTED if accepted else AuditAction.CORRECTION_REFUSED,
        actor,
        at,
        institution=waiting.institution.uuid,
        patient=study.request.patient.uuid,
        request=study.request.uuid,
        study=study.uuid,
        details={"quarantined": str(waiting.uuid), "instance": str(instance.uuid)},
    )
