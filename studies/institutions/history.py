"""Every change of an institution's policy and settings, in words, from the audit log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.audit.actor import ActorKind
from accounts.models import AuditAction, AuditEvent, User
from accounts.models.audit import OF_SETTINGS
from studies.models import Audience, Institution, Modality, PolicyRule

from .policies import RULED
from .sentences import sentence_of
from .settings import CHANGEABLE
from .values import label_of, value_in_words

_WAS = "_before"


@dataclass(frozen=True)
class Step:
    """One thing that became another; `before` is empty for what is new, `now` for what is gone.

    `about` is empty where the words say it themselves.
    """

    about: str
    before: str
    now: str


@dataclass(frozen=True)
class Change:
    """Who changed what, when. `where`: which rule, or the settings."""

    at: datetime
    who: str
    where: str
    steps: list[Step]


def changes_of(institution: Institution, rule: PolicyRule | None = None) -> QuerySet[AuditEvent]:
    """The audit rows of an institution's policy and settings, newest first; of one rule alone, where one is given."""
    policy = Q(action=AuditAction.POLICY_CHANGED)
    if rule is not None:
        wanted = policy & Q(audience=rule.audience, details__modality=rule.modality)
    else:
        known = [f"{name}{_WAS}" for name in CHANGEABLE]
        wanted = policy | Q(action=AuditAction.RECORD_CHANGED, details__has_any_keys=[*known, "founded"])
    of_settings = AuditEvent.objects.filter(action__in=OF_SETTINGS, institution=institution.uuid)
    return of_settings.filter(wanted).order_by("-at", "-pk")


def in_words(rows: Iterable[AuditEvent]) -> list[Change]:
    """These rows as a reader understands them. One query, for the names of who made the changes."""
    listed = list(rows)
    names = _names(row.actor for row in listed if row.actor is not None)
    return [
        Change(
            row.at, _who(row, names), *(_policy(row) if row.action == AuditAction.POLICY_CHANGED else _settings(row))
        )
        for row in listed
    ]


def _names(actors: Iterable[UUID]) -> dict[UUID, str]:
    return {user.uuid: user.get_full_name() for user in User.objects.filter(uuid__in=set(actors))}


def _who(row: AuditEvent, names: dict[UUID, str]) -> str:
    if row.actor_kind == ActorKind.SYSTEM or row.actor is None:
        return _("the system")
    return names.get(row.actor) or _("an account that is no longer here")


def _policy(row: AuditEvent) -> tuple[str, list[Step]]:
    modality = row.details.get("modality", "")
    kind = str(Modality(modality).label) if modality in Modality.values else _("every modality")
    where = f"{Audience(row.audience).label} · {kind}"
    was = {name: row.details.get(f"{name}{_WAS}", row.details.get(name)) for name in RULED}
    now = {name: row.details.get(name) for name in RULED}
    if row.details.get("removed"):
        return where, [Step("", _rule(row, was), "")]
    if row.details.get("made") or was == now:
        return where, [Step("", "", _rule(row, now))]
    before, after = _rule(row, was), _rule(row, now)
    if before != after:
        return where, [Step("", before, after)]
    return where, [
        Step(label_of(PolicyRule, name), value_in_words(PolicyRule, name, was), value_in_words(PolicyRule, name, now))
        for name in RULED
        if was[name] != now[name]
    ]


def _rule(row: AuditEvent, values: dict[str, Any]) -> str:
    """The sentence of a rule with these values; empty where they were not kept."""
    if None in values.values():
        return _("A rule.")
    return sentence_of(PolicyRule(audience=row.audience, modality=row.details.get("modality", ""), **values))


def _settings(row: AuditEvent) -> tuple[str, list[Step]]:
    where = _("Settings")
    if "founded" in row.details:
        return where, [Step("", "", _("The institution was founded."))]
    changed = [name for name in CHANGEABLE if f"{name}{_WAS}" in row.details]
    was = row.details | {name: row.details[f"{name}{_WAS}"] for name in changed}
    return where, [
        Step(
            label_of(Institution, name),
            value_in_words(Institution, name, was),
            value_in_words(Institution, name, row.details),
        )
        for name in changed
    ]
