"""Patients as the institution knows them. The desk completes a date of birth; everything else comes from deliveries."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.staff.words import own_sentence, yes_or_no
from studies.access_codes.births import Birth
from studies.admin.filters import BirthDateFilter, ConflictFilter, InstitutionFilter
from studies.institutions.permissions import StaffPermission
from studies.institutions.scoped_admin import InstitutionScopedAdmin, ScopedInline
from studies.institutions.services import complete_birth_date
from studies.models import Patient, Request
from studies.overview.people import born_of

BIRTH = ("birth_day", "birth_month", "birth_year")


class PatientForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Patient
        fields = BIRTH
        help_texts = {"birth_year": _("At least the year: without it no code can be given out.")}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and self.fields:
            day, month, year = (cleaned[part] for part in BIRTH)
            if not Birth(day, month, year).is_possible(timezone.localdate()):
                raise forms.ValidationError(_("There is no such date of birth."))
        return cleaned


class RequestInline(ScopedInline):
    model = Request
    permission = StaffPermission.VIEW_REQUESTS
    readonly_fields = (
        "link",
        "description",
        "requested_at",
    )
    fields = readonly_fields

    @admin.display(description=_("accession number"))
    def link(self, request: Request) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.address("request", request), request)


@admin.register(Patient)
class PatientAdmin(InstitutionScopedAdmin[Patient]):
    purpose = _("Patients as your institution knows them. Complete a date of birth so that a code can be given out.")
    form = PatientForm
    list_display = ["name", "patient_id", "born", "sex", "contradiction"]
    list_filter = [ConflictFilter, BirthDateFilter, InstitutionFilter]
    search_fields = ["name_alphabetic", "name_ideographic", "name_phonetic", "patient_id"]
    search_help_text = _("Name or patient id.")
    ordering = ["name_alphabetic", "pk"]
    inlines = [RequestInline]
    contradiction = own_sentence(Patient, "conflict")
    by_desk = yes_or_no(Patient, "birth_completed_by_desk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Patient]:
        return super().get_queryset(request).select_related("institution")

    def get_fields(self, request: HttpRequest, obj: Patient | None = None) -> tuple[str, ...]:
        about = ("institution", "name", "name_ideographic", "name_phonetic", "patient_id", "issuer", "sex")
        shown = [field for field in about if obj is None or getattr(obj, field, True)]
        if obj is None or obj.conflict:
            shown.append("contradiction")
        return (*shown, *(("born", "by_desk") if self._is_settled(obj) else BIRTH))

    def get_readonly_fields(self, request: HttpRequest, obj: Patient | None = None) -> tuple[str, ...]:
        return tuple(field for field in self.get_fields(request, obj) if field not in BIRTH)

    @staticmethod
    def _is_settled(obj: Patient | None) -> bool:
        """A whole date that a delivery brought is not the desk's to change."""
        return obj is not None and obj.birth_day is not None and not obj.birth_completed_by_desk

    def has_change_permission(self, request: HttpRequest, obj: Patient | None = None) -> bool:
        return super().has_change_permission(request, obj) and not self._is_settled(obj)

    def save_model(self, request: HttpRequest, obj: Patient, form: Any, change: bool) -> None:
        parts = {"year": obj.birth_year or 0, "month": obj.birth_month, "day": obj.birth_day}
        complete_birth_date(obj, self.actor(request), timezone.now(), **parts)  # type: ignore[arg-type]

    @admin.display(description=_("name"), ordering="name_alphabetic")
    def name(self, patient: Patient) -> str:
        return patient.list_name or _now("without a name")

    @admin.display(description=_("date of birth"), ordering="birth_year")
    def born(self, patient: Patient) -> str:
        known = born_of(patient)
        return date_format(known.on, "SHORT_DATE_FORMAT") if known.on else known.part or _now("unknown")
