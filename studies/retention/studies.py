"""Studies go when the institution says so; what is gone leaves a tombstone that a new delivery obeys."""

import shutil
from datetime import datetime
from pathlib import Path

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import SYSTEM, Actor
from accounts.audit.services import record
from accounts.models import AuditAction
from accounts.sessions.services import end_sessions_of
from studies.ingest.services import lock
from studies.models import (
    AccessCode,
    Instance,
    Institution,
    Patient,
    Report,
    ReportVersion,
    Request,
    Series,
    Study,
    Tombstone,
)

PAST_ITS_TIME = "kept as long as the institution says"


def delete_outdated_studies(at: datetime) -> int:
    """Delete the studies that are older than their institution keeps them, but those under legal hold.

    Years are calendar years of the environment's zone, counted from the day a study was made. Each study in a
    transaction of its own. Returns how many.
    """
    count = 0
    for institution in Institution.objects.filter(study_years__isnull=False):
        before = timezone.localtime(at) - relativedelta(years=institution.study_years or 0)
        old = Study.objects.filter(institution=institution, performed_at__lt=before, request__legal_hold=False)
        for study in old.select_related("request__patient", "institution").order_by("performed_at"):
            delete_study(study, PAST_ITS_TIME, SYSTEM, at)
            count += 1
    return count


def delete_study(study: Study, reason: str, actor: Actor, at: datetime) -> None:
    """Delete a study for good: its files, its rows and, with the last one of a request, the request and its reports.

    Raises ValidationError under legal hold.
    """
    with transaction.atomic():
        lock(study.institution)
        request = Request.objects.select_for_update(no_key=True).get(pk=study.request_id)
        if request.legal_hold:
            raise ValidationError(_("This request is under legal hold: nothing of it is deleted."), "legal_hold")
        tombstone = _tombstone(study, reason, at)
        record(
            AuditAction.RETAINED,
            actor,
            at,
            institution=study.institution.uuid,
            patient=request.patient.uuid,
            request=request.uuid,
            study=study.uuid,
            details={"reason": reason},
        )
        study.delete()
        if not request.studies.exists():
            _delete_request(request)
    if tombstone is not None:
        _clear(tombstone)


def clear_leftovers(at: datetime) -> int:  # noqa: ARG001 - the signature of every piece of retention
    """Remove the files of studies whose deletion was interrupted. Returns of how many studies."""
    unfinished = list(Tombstone.objects.exclude(leftovers=[]))
    for tombstone in unfinished:
        _clear(tombstone)
    return len(unfinished)


def _tombstone(study: Study, reason: str, at: datetime) -> Tombstone | None:
    """None for a study whose images never came: there is nothing that could come back, and there are no files."""
    if study.study_instance_uid is None:
        return None
    keys = Instance.objects.filter(series__study=study).values_list("key", flat=True)
    documented = [study.uuid, *Series.objects.filter(study=study).values_list("uuid", flat=True)]
    metadata = [f"{study.institution.uuid}/metadata/{uuid}-" for uuid in documented]
    tombstone, _made = Tombstone.objects.update_or_create(
        institution=study.institution,
        study_instance_uid=study.study_instance_uid,
        defaults={"deleted_at": at, "reason": reason, "leftovers": [*keys, *metadata]},
    )
    return tombstone


def _delete_request(request: Request) -> None:
    for code in AccessCode.objects.filter(request=request):
        end_sessions_of(subject=code.uuid)
        code.delete()
    ReportVersion.objects.filter(report__request=request).delete()
    Report.objects.filter(request=request).delete()
    patient = request.patient
    request.delete()
    if not Request.objects.filter(patient=patient).exists():
        Patient.objects.filter(pk=patient.pk).delete()


def _clear(tombstone: Tombstone) -> None:
    root = Path(settings.ARCHIVE_ROOT)
    for leftover in tombstone.leftovers:
        path = root / leftover
        if path.is_dir():
            shutil.rmtree(path)
        elif path.parent.is_dir():
            for file in path.parent.glob(f"{path.name}*"):
                file.unlink(missing_ok=True)
    Tombstone.objects.filter(pk=tombstone.pk).update(leftovers=[])
