"""Requests, with who is named on them, their studies and codes: to read."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.staff.deeds import Deed
from accounts.staff.words import own_sentence, yes_or_no
from studies.admin.codes import state_of
from studies.admin.filters import FlagFilter, InstitutionFilter
from studies.admin.matches import MATCH_DEEDS
from studies.institutions.marked import mark_requests
from studies.institutions.permissions import StaffPermission
from studies.institutions.scoped_admin import InstitutionScopedAdmin, ScopedInline
from studies.models import AccessCode, Participant, Report, Request, Study
from studies.retention.holds import hold, release


class ParticipantInline(ScopedInline):
    model = Participant
    permission = StaffPermission.VIEW_PARTICIPANTS
    readonly_fields = (
        "name_as_it_came",
        "role",
        "system",
        "identifier",
        "account",
    )
    fields = readonly_fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Participant]:
        return super().get_queryset(request).select_related("physician__user")

    @admin.display(description=_("name"))
    def name_as_it_came(self, participant: Participant) -> str:
        return participant.name_as_it_came

    @admin.display(description=_("account here"))
    def account(self, participant: Participant) -> str:
        if participant.unmatched_at is not None:
            return _now("no, the match was undone")
        return _now("no") if participant.physician is None else str(participant.physician)


class StudyInline(ScopedInline):
    model = Study
    permission = StaffPermission.VIEW_STUDIES
    readonly_fields = (
        "description",
        "modality",
        "performed_at",
        "arrived_at",
        "series_count",
        "instance_count",
        "is_restricted",
    )
    fields = readonly_fields
    is_restricted = yes_or_no(Study, "restricted")


class CodeInline(ScopedInline):
    model = AccessCode
    permission = StaffPermission.VIEW_CODES
    readonly_fields = (
        "link",
        "opens_images",
        "opens_report",
        "issued_at",
        "expires_at",
    )
    fields = readonly_fields
    opens_images = yes_or_no(AccessCode, "images")
    opens_report = yes_or_no(AccessCode, "report")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccessCode]:
        return super().get_queryset(request).defer("mac", "key_id").order_by("-issued_at")

    @admin.display(description=_("state"))
    def link(self, code: AccessCode) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.address("accesscode", code), state_of(code, timezone.now()))


class ReportInline(ScopedInline):
    """That there is a report, and since when; never its text."""

    model = Report
    permission = StaffPermission.VIEW_REPORTS
    readonly_fields = (
        "link",
        "first_final_at",
    )
    fields = readonly_fields

    @admin.display(description=_("status"))
    def link(self, report: Report) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.address("report", report), report.get_status_display())


@admin.register(Request)
class RequestAdmin(InstitutionScopedAdmin[Request]):
    purpose = _("What was ordered for whom, and by whom; what has arrived; the codes that were given out for it.")
    list_display = ["label", "patient_name", "description", "requested_at", "remark"]
    list_filter = [FlagFilter, InstitutionFilter]
    list_select_related = ["patient", "institution"]
    search_fields = ["accession_number", "patient__name_alphabetic", "patient__name_ideographic", "patient__patient_id"]
    search_help_text = _("Accession number, patient's name or id.")
    ordering = ["-requested_at", "-pk"]
    inlines = [ParticipantInline, StudyInline, ReportInline, CodeInline]
    actions = ["codes_and_letters"]
    remark = own_sentence(Request, "flag")
    is_held = yes_or_no(Request, "legal_hold")
    deeds = (
        Deed(
            name="hold",
            permission=StaffPermission.HOLD_REQUEST,
            label=_("Put under legal hold"),
            explanation=_("Nothing of this request is deleted, however old, until the hold ends."),
            done=_("The request is under legal hold."),
            offered=lambda request: not request.legal_hold,
            because=hold,
            is_quiet=True,
        ),
        Deed(
            name="release",
            permission=StaffPermission.HOLD_REQUEST,
            label=_("End the legal hold"),
            explanation=_("The request is kept as long as the others of your institution, and no longer."),
            done=_("The legal hold has ended."),
            offered=lambda request: request.legal_hold,
            because=release,
            is_quiet=True,
        ),
        *MATCH_DEEDS,
    )

    def get_fields(self, request: HttpRequest, obj: Request | None = None) -> tuple[str, ...]:
        """What is empty with nearly every request is shown with the others only."""
        about = ("institution", "label", "accession_as_received", "patient_link", "description", "requested_at")
        shown = [field for field in about if obj is None or getattr(obj, field, True)]
        if obj is None or obj.flag:
            shown.append("remark")
        return (*shown, "is_held")

    def get_readonly_fields(self, request: HttpRequest, obj: Request | None = None) -> tuple[str, ...]:
        return self.get_fields(request, obj)

    @admin.display(description=_("accession number"), ordering="accession_number")
    def label(self, request: Request) -> str:
        return str(request)

    @admin.display(description=_("patient"), ordering="patient__name_alphabetic")
    def patient_name(self, request: Request) -> str:
        return request.patient.list_name

    @admin.display(description=_("patient"))
    def patient_link(self, request: Any) -> SafeString:
        address = self.admin_site.get_model_admin(type(request.patient)).address_of(request.patient)  # type: ignore[attr-defined]
        return format_html('<a href="{}">{}</a>', address, request.patient.list_name or request.patient.patient_id)

    def has_issue_permission(self, request: HttpRequest) -> bool:
        return bool(self.institutions(request, StaffPermission.ISSUE_CODE))

    @admin.action(description=_("Codes and letters"), permissions=["issue"])
    def codes_and_letters(self, request: HttpRequest, queryset: QuerySet[Request]) -> HttpResponse:
        """On to the desk, which shows what would be given out before it is."""
        mark_requests(request, [marked for marked in queryset if self.may(request, StaffPermission.ISSUE_CODE, marked)])
        return redirect("portal:desk_letters")
