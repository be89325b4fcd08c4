"""The institution's policy: who may see what, and when, for its administrators."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEvent
from studies.admin.filters import InstitutionFilter
from studies.admin.previewed import PreviewedAdmin, PreviewedForm
from studies.institutions.foretelling import foretell, without
from studies.institutions.history import changes_of
from studies.institutions.sentences import sentence_of
from studies.institutions.services import delete_policy, save_policy
from studies.models import Modality, PolicyRule


class PolicyForm(PreviewedForm):
    class Meta:
        model = PolicyRule
        fields = ["institution", "audience", "modality", "in_list", "images", "images_hours", "report", "report_days"]
        help_texts = {
            "in_list": _("Without this, nothing of the examination is shown, whatever is marked below."),
            "images_hours": _("Counted from when the images arrived. Zero: at once."),
            "report_days": _("Days of 24 hours, counted from when the report was first final. Zero: at once."),
        }


@admin.register(PolicyRule)
class PolicyRuleAdmin(PreviewedAdmin[PolicyRule]):
    purpose = _(
        "Who may see what, and after how long. A rule for one modality beats the rule for all. No rule means no."
    )
    saves_need_fresh_factor = True
    form = PolicyForm
    list_display = ["audience", "for_what", "words", "institution"]
    list_filter = ["audience", InstitutionFilter]
    list_select_related = ["institution"]
    ordering = ["institution__name", "audience", "modality"]
    sortable_by = ["audience"]

    def name_of(self, obj: PolicyRule) -> str:
        return f"{obj.get_audience_display()} · {self.for_what(obj)}"

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "modality":
            kwargs["choices"] = [("", _("every modality")), *Modality.choices]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_fields(self, request: HttpRequest, obj: PolicyRule | None = None) -> tuple[str, ...]:
        about = ("institution", "audience", "for_what" if obj else "modality")
        return (*about, "in_list", "images", "images_hours", "report", "report_days")

    def get_readonly_fields(self, request: HttpRequest, obj: PolicyRule | None = None) -> tuple[str, ...]:
        """What a rule is about never changes; another rule is made for something else."""
        return ("institution", "audience", "for_what") if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[PolicyRule]:
        return super().get_queryset(request).select_related("institution")

    @admin.display(description=_("modality"), ordering="modality")
    def for_what(self, rule: PolicyRule) -> str:
        return rule.get_modality_display() if rule.modality else _now("every modality")

    @admin.display(description=_("in words"))
    def words(self, rule: PolicyRule) -> str:
        return sentence_of(rule)

    def preview_of(self, obj: PolicyRule, form: PreviewedForm) -> dict[str, Any]:
        foretold = foretell(obj, timezone.now())
        before = "" if form.is_new else sentence_of(PolicyRule(audience=obj.audience, **form.initial))
        return {
            "about": self.name_of(obj),
            "foretold": foretold,
            "opening": foretold.opening,
            "before": before if before != foretold.says else "",
        }

    def changes(self, obj: PolicyRule) -> QuerySet[AuditEvent]:
        return changes_of(obj.institution, obj)

    def save_model(self, request: HttpRequest, obj: PolicyRule, form: Any, change: bool) -> None:
        save_policy(obj, self.actor(request), timezone.now(), seen=form.initial if change else None)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        rule = self.get_object(request, object_id)
        told = {} if rule is None else {"says": sentence_of(rule), "then": without(rule)}
        answer: HttpResponse = super().delete_view(request, object_id, (extra_context or {}) | told)
        return answer

    def delete_model(self, request: HttpRequest, obj: PolicyRule) -> None:
        delete_policy(obj, self.actor(request), timezone.now())
