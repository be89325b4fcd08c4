"""An institution's own settings: what its administrators change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction
from studies.models import Institution

# What an administrator may change; the short name and the country are the operator's.
CHANGEABLE = (
    "name",
    "city",
    "time_zone",
    "desk_phone",
    "desk_hours",
    "code_days",
    "code_days_maximum",
    "patient_second_factor",
    "price_minor",
    "price_currency",
    "price_text",
    "free_copy_text",
    "study_years",
)


def change_settings(institution: Institution, wanted: Mapping[str, Any], actor: Actor, at: datetime) -> Institution:
    """Change some of the settings named in `CHANGEABLE`; what differs stands in the audit row, before and after.

    Raises ValidationError for values out of range, and KeyError for a setting that is not an administrator's.
    """
    if unknown := set(wanted) - set(CHANGEABLE):
        raise KeyError(*sorted(unknown))
    with transaction.atomic():
        current = Institution.objects.select_for_update().get(pk=institution.pk)
        changes = {name: value for name, value in wanted.items() if getattr(current, name) != value}
        details: dict[str, str | int | bool | None] = {}
        for name, value in changes.items():
            details |= {name: value, f"{name}_before": getattr(current, name)}
            setattr(current, name, value)
        current.full_clean()
        if current.code_days > current.code_days_maximum:
            raise ValidationError({"code_days": _("This is more than the most that a code may work for.")})
        if changes:
            current.save(update_fields=list(changes))
            record(AuditAction.RECORD_CHANGED, actor, at, institution=current.uuid, details=details)
    return current
