"""The institution's own settings and its policy, for its administrators."""

import zoneinfo
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from studies.admin.filters import InstitutionFilter
from studies.institutions.permissions import StaffPermission
from studies.institutions.policy_words import in_words
from studies.institutions.scoped_admin import InstitutionScopedAdmin, ScopedInline
from studies.institutions.services import delete_policy, save_policy
from studies.institutions.settings import CHANGEABLE, change_settings
from studies.models import Institution, Modality, PolicyRule
from studies.models.institution import CURRENCIES


class InstitutionForm(forms.ModelForm):  # type: ignore[type-arg]
    price_currency = forms.ChoiceField(label=_("Currency"), choices=[(name, name) for name in CURRENCIES])

    class Meta:
        model = Institution
        fields = CHANGEABLE
        help_texts = {
            "time_zone": _("For times of day without a zone in what the machines send, for example Europe/Brussels."),
            "patient_second_factor": _(
                "It goes to the number or address that you hold. Without one, only a slip from the desk helps."
            ),
        }

    def clean_time_zone(self) -> str:
        name: str = self.cleaned_data["time_zone"]
        if name not in zoneinfo.available_timezones():
            raise forms.ValidationError(_("There is no time zone of this name."))
        return name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("code_days", 0) > cleaned.get("code_days_maximum", 365):
            self.add_error("code_days", _("This is more than the most that a code may work for."))
        return cleaned


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
    def words(self, rule: PolicyRule) -> SafeString:
        return format_html_join("", "<p>{}</p>", ((sentence,) for sentence in in_words(rule)))


@admin.register(Institution)
class InstitutionAdmin(InstitutionScopedAdmin[Institution]):
    purpose = _("Your institution: its name, its desk, how long codes work, and who may see what.")
    saves_need_fresh_factor = True
    institution_path = "pk"
    form = InstitutionForm
    list_display = ["name", "city", "desk_phone"]
    fields = ["slug", "country", *CHANGEABLE]
    readonly_fields = ["slug", "country"]
    inlines = [PolicyInline]

    def institution_of(self, obj: Model) -> int:
        return int(obj.pk)

    def save_model(self, request: HttpRequest, obj: Institution, form: Any, change: bool) -> None:
        wanted = {name: form.cleaned_data[name] for name in form.changed_data if name in CHANGEABLE}
        change_settings(obj, wanted, self.actor(request), timezone.now())


@admin.register(PolicyRule)
class PolicyRuleAdmin(InstitutionScopedAdmin[PolicyRule]):
    purpose = _(
        "Who may see what, and after how long. A rule for one modality beats the rule for all. No rule means no."
    )
    saves_need_fresh_factor = True
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
        about = ("institution", "audience", *(("for_what", "words") if obj else ("modality",)))
        return (*about, "in_list", "images", "images_hours", "report", "report_days")

    def get_readonly_fields(self, request: HttpRequest, obj: PolicyRule | None = None) -> tuple[str, ...]:
        """What a rule is about never changes; another rule is made for something else."""
        return ("institution", "audience", "for_what", "words") if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[PolicyRule]:
        return super().get_queryset(request).select_related("institution")

    @admin.display(description=_("modality"), ordering="modality")
    def for_what(self, rule: PolicyRule) -> str:
        return rule.get_modality_display() if rule.modality else _now("every modality")

    @admin.display(description=_("in words"))
    def words(self, rule: PolicyRule) -> SafeString:
        return format_html_join("", "<p>{}</p>", ((sentence,) for sentence in in_words(rule)))

    def save_model(self, request: HttpRequest, obj: PolicyRule, form: Any, change: bool) -> None:
        save_policy(obj, self.actor(request), timezone.now())

    def delete_model(self, request: HttpRequest, obj: PolicyRule) -> None:
        delete_policy(obj, self.actor(request), timezone.now())
