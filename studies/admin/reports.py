"""Reports: that they are there, their status and when they came. Nobody reads one in the admin."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from studies.admin.filters import InstitutionFilter
from studies.institutions.permissions import StaffPermission
from studies.institutions.scoped_admin import InstitutionScopedAdmin, ScopedInline
from studies.models import Report, ReportVersion


class VersionInline(ScopedInline):
    model = ReportVersion
    permission = StaffPermission.VIEW_REPORTS
    readonly_fields = (
        "number",
        "status",
        "received_at",
    )
    fields = readonly_fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReportVersion]:
        return super().get_queryset(request).defer("text")


@admin.register(Report)
class ReportAdmin(InstitutionScopedAdmin[Report]):
    purpose = _("Which requests have a report, its status and when it came. The text is not shown here.")
    institution_path = "request__institution"
    list_display = ["label", "patient", "status", "first_final_at"]
    list_filter = ["status", InstitutionFilter]
    list_select_related = ["request__patient", "request__institution"]
    search_fields = ["request__accession_number", "request__patient__name_alphabetic"]
    search_help_text = _("Accession number or patient's name.")
    ordering = ["-first_final_at", "-pk"]
    readonly_fields = (
        "label",
        "patient",
        "status",
        "first_final_at",
    )
    fields = readonly_fields
    inlines = [VersionInline]

    @admin.display(description=_("request"), ordering="request__accession_number")
    def label(self, report: Report) -> str:
        return str(report.request)

    @admin.display(description=_("patient"), ordering="request__patient__name_alphabetic")
    def patient(self, report: Report) -> str:
        return report.request.patient.list_name
