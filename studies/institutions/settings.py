"""An institution's own settings: what its administrators change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction
from studies.models import Institution

from .overtaken import OvertakenError, is_overtaken

# What an administrator may change; the short name, the country and whether it is active are the operator's.
CHANGEABLE = (
    "name",
    "city",
    "time_zone",
    "desk_phone",
    "desk_hours",
    "code_days",
    "code_days_maximum",
    "in_person_from_age",
    "in_person_to_age",
    "patient_second_factor",
    "second_factor_per_code",
    "otp_by_mail",
    "mail_when_sms_fails",
    "sms_countries",
    "sms_per_day",
    "price_minor",
    "price_currency",
    "price_text",
    "free_copy_text",
    "refuses_sms_login",
    "patients_see_names",
    "study_years",
)


def change_settings(
    institution: Institution,
    wanted: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    *,
    seen: Mapping[str, Any] | None = None,
) -> Institution:
    """Change some of the settings named in `CHANGEABLE`; what differs stands in the audit row, before and after.

    `seen` is what was set when somebody decided on this. Raises ValidationError for values that cannot be,
    OvertakenError if something else is set meanwhile, and KeyError for a setting that is not an administrator's.
    """
    if unknown := set(wanted) - set(CHANGEABLE):
        raise KeyError(*sorted(unknown))
    with transaction.atomic():
        current = Institution.objects.select_for_update().get(pk=institution.pk)
        if is_overtaken(current, seen):
            raise OvertakenError
        before = {name: getattr(current, name) for name in CHANGEABLE}
        for name, value in wanted.items():
            setattr(current, name, value)
        current.full_clean()
        changed = [name for name in CHANGEABLE if getattr(current, name) != before[name]]
        if changed:
            current.save(update_fields=changed)
            record(
                AuditAction.RECORD_CHANGED,
                actor,
                at,
                institution=current.uuid,
                details=_details(current, changed, before),
            )
    return current


def _details(current: Institution, changed: list[str], before: Mapping[str, Any]) -> dict[str, str | int | bool | None]:
    """What was and what is, of each changed setting; with a price, the currency that it is in."""
    details: dict[str, str | int | bool | None] = {}
    for name in changed:
        details |= {name: getattr(current, name), f"{name}_before": before[name]}
    return details | ({"price_currency": current.price_currency} if "price_minor" in changed else {})
