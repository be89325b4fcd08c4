"""The only place that writes institutions: their founding, their policy, their patients' birth dates."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction
from studies.access_codes.births import Birth
from studies.models import Institution, Patient, PolicyCell, PolicyRule

from .overtaken import OvertakenError, is_overtaken
from .policies import DEFAULT_RULES, RULED, cells_of

Details = dict[str, str | int | bool | None]


def found_institution(*, slug: str, name: str, actor: Actor, at: datetime, **settings: Any) -> Institution:
    """A new institution with the portal's default policy; `settings` are further fields of `Institution`.

    Raises ValidationError for a slug that is taken and for settings out of range.
    """
    institution = Institution(slug=slug, name=name, **settings)
    institution.full_clean()
    with transaction.atomic():
        institution.save()
        record(AuditAction.RECORD_CHANGED, actor, at, institution=institution.uuid, details={"founded": slug})
        for audience, ruled in DEFAULT_RULES.items():
            save_policy(PolicyRule(institution=institution, audience=audience, **ruled), actor, at)
    return institution


def save_policy(rule: PolicyRule, actor: Actor, at: datetime, *, seen: Mapping[str, Any] | None = None) -> PolicyRule:
    """Save a new or changed rule; it holds from the next request on. Raises ValidationError for a second one alike.

    `seen` is what the rule said when somebody decided to change it: raises OvertakenError if it says something else.
    """
    with transaction.atomic():
        _lock(rule.institution_id)
        rule.full_clean()
        before = PolicyRule.objects.filter(pk=rule.pk).first()
        if is_overtaken(before, seen):
            raise OvertakenError
        rule.save()
        _expand(rule.institution_id, rule.audience)
        if before is not None and before.audience != rule.audience:
            _expand(rule.institution_id, before.audience)
        if before is None or (changes := _changes(before, rule)):
            _record_policy(rule, _values(rule) | ({"made": True} if before is None else changes), actor, at)
    return rule


def delete_policy(rule: PolicyRule, actor: Actor, at: datetime) -> None:
    """Take a rule away: the rule for all modalities holds instead, or nothing is shown."""
    with transaction.atomic():
        _lock(rule.institution_id)
        details: Details = {"removed": True}
        _record_policy(rule, details | {f"{name}_before": value for name, value in _values(rule).items()}, actor, at)
        rule.delete()
        _expand(rule.institution_id, rule.audience)


def complete_birth_date(
    patient: Patient, actor: Actor, at: datetime, *, year: int, month: int | None = None, day: int | None = None
) -> Patient:
    """The birth date as the desk knows it, in whole or in part; later deliveries do not change it.

    Raises ValidationError for a date on which nobody alive can have been born.
    """
    if not Birth(day, month, year).is_possible(at.date()):
        raise ValidationError(_("There is no such date of birth."), code="impossible_date")
    with transaction.atomic():
        patient.birth_year, patient.birth_month, patient.birth_day = year, month, day
        patient.birth_completed_by_desk = True
        patient.save(update_fields=["birth_year", "birth_month", "birth_day", "birth_completed_by_desk"])
        record(
            AuditAction.PATIENT_CHANGED,
            actor,
            at,
            institution=patient.institution.uuid,
            patient=patient.uuid,
            details={"changed": "birth_date"},
        )
    return patient


def _lock(institution_id: int) -> None:
    """One change of an institution's policy or staff at a time."""
    Institution.objects.select_for_update().get(pk=institution_id)


def _expand(institution_id: int, audience: str) -> None:
    PolicyCell.objects.filter(institution=institution_id, audience=audience).delete()
    rules = PolicyRule.objects.filter(institution=institution_id, audience=audience)
    PolicyCell.objects.bulk_create(cells_of(rules))


def _values(rule: PolicyRule) -> Details:
    return {name: getattr(rule, name) for name in RULED}


def _changes(before: PolicyRule, after: PolicyRule) -> Details:
    """What the rule said before, of everything that it says otherwise now."""
    values = _values(after)
    return {f"{name}_before": value for name, value in _values(before).items() if value != values[name]}


def _record_policy(rule: PolicyRule, details: Details, actor: Actor, at: datetime) -> None:
    record(
        AuditAction.POLICY_CHANGED,
        actor,
        at,
        audience=rule.audience,
        institution=rule.institution.uuid,
        details={"modality": rule.modality, **details},
    )
