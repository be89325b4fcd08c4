"""The institution's own settings, for its administrators."""

import copy
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEvent
from studies.admin.previewed import PreviewedAdmin, PreviewedForm, Stage
from studies.admin.settings_form import GROUPS, SettingsForm
from studies.institutions.history import Step, changes_of
from studies.institutions.permissions import StaffPermission
from studies.institutions.scoped_admin import ScopedInline
from studies.institutions.sentences import opening_of, sentence_of
from studies.institutions.settings import CHANGEABLE, change_settings
from studies.institutions.values import label_of, value_in_words
from studies.models import Institution, PolicyRule


class PolicyInline(ScopedInline):
    model = PolicyRule
    permission = StaffPermission.VIEW_POLICY
    readonly_fields = (
        "link",
        "for_what",
        "words",
    )
    fields = readonly_fields

    @admin.display(description=_("audience"))
    def link(self, rule: PolicyRule) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.address("policyrule", rule), rule.get_audience_display())

    @admin.display(description=_("modality"))
    def for_what(self, rule: PolicyRule) -> str:
        return rule.get_modality_display() if rule.modality else _now("every modality")

    @admin.display(description=_("in words"))
    def words(self, rule: PolicyRule) -> str:
        return sentence_of(rule)


@admin.register(Institution)
class InstitutionAdmin(PreviewedAdmin[Institution]):
    saves_need_fresh_factor = True
    purpose = _("Your institution: its name, its desk, how patients come in, and who may see what.")
    institution_path = "pk"
    form = SettingsForm
    list_display = ["name", "city", "desk_phone"]
    readonly_fields = ["slug", "country"]
    inlines = [PolicyInline]

    def institution_of(self, obj: Model) -> int:
        return int(obj.pk)

    def get_fieldsets(self, request: HttpRequest, obj: Institution | None = None) -> Any:
        (title, about, own), *others = GROUPS
        groups = [(title, about, (*self.readonly_fields, *own)), *others]
        return [(title, {"fields": fields, "description": about}) for title, about, fields in groups]

    def preview_of(self, obj: Institution, form: PreviewedForm) -> dict[str, Any]:
        stored = copy.copy(obj)
        for name, value in form.initial.items():
            setattr(stored, name, value)
        opening, before = opening_of(obj), opening_of(stored)
        return {
            "about": _now("How your patients come in") if form.stage is Stage.FILLING_IN else stored.name,
            "opening": opening if form.stage is Stage.FILLING_IN or before != opening else [],
            "opening_before": before if before != opening else [],
            "steps": [] if form.stage is Stage.FILLING_IN else _steps(stored, obj, form),
        }

    def changes(self, obj: Institution) -> QuerySet[AuditEvent]:
        return changes_of(obj)

    def save_model(self, request: HttpRequest, obj: Institution, form: Any, change: bool) -> None:
        wanted = {name: form.cleaned_data[name] for name in form.changed_data if name in CHANGEABLE}
        change_settings(obj, wanted, self.actor(request), timezone.now(), seen=form.initial)


def _steps(before: Institution, now: Institution, form: PreviewedForm) -> list[tuple[Step, str]]:
    """Each setting that would be another, with what that does."""
    was, is_ = ({name: getattr(one, name) for name in CHANGEABLE} for one in (before, now))
    return [
        (
            Step(label_of(Institution, name), *(value_in_words(Institution, name, values) for values in (was, is_))),
            str(form.fields[name].help_text),
        )
        for name in CHANGEABLE
        if was[name] != is_[name]
    ]
