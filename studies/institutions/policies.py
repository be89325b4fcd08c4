"""What an institution's policy rules say, expanded to one cell per audience and modality: pure functions."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from studies.models import Audience, Modality, PolicyCell, PolicyRule

# DESIGN.md §4, "patient release": images from arrival, the report 7 days after its first final version.
DEFAULT_RULES: Mapping[Audience, Mapping[str, bool | int]] = {
    Audience.PATIENT: {"images": True, "images_hours": 0, "report": True, "report_days": 7},
    Audience.REQUESTER: {"images": True, "images_hours": 0, "report": True, "report_days": 0},
}
RULED = ("in_list", "images", "images_hours", "report", "report_days")


def cells_of(rules: Iterable[PolicyRule]) -> list[PolicyCell]:
    """The cells of one institution's rules for one audience: a rule for a modality beats the rule for all.

    A modality that no rule is about has no cell, and a missing cell means no.
    """
    by_modality = {rule.modality: rule for rule in rules}
    for_all = by_modality.get("")
    chosen = ((modality, by_modality.get(modality.value, for_all)) for modality in Modality)
    return [_cell(rule, modality) for modality, rule in chosen if rule is not None]


def modalities_of(rule: PolicyRule, others: Iterable[PolicyRule]) -> list[str]:
    """The modalities that a rule decides about, beside the other rules for the same audience."""
    if rule.modality:
        return [rule.modality]
    apart = {other.modality for other in others}
    return [modality for modality in Modality.values if modality not in apart]


def _cell(rule: PolicyRule, modality: Modality) -> PolicyCell:
    return PolicyCell(
        institution_id=rule.institution_id,
        audience=rule.audience,
        modality=modality,
        in_list=rule.in_list,
        images=rule.images,
        images_after=timedelta(hours=rule.images_hours),
        report=rule.report,
        report_after=timedelta(days=rule.report_days),
    )
