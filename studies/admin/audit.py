"""The audit log of an institution, to read."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import ActorKind
from accounts.models import AuditEvent, User
from accounts.staff.words import column
from studies.admin.filters import SinceFilter
from studies.institutions.scoped_admin import InstitutionScopedAdmin
from studies.models import Audience, Institution


class KindFilter(admin.SimpleListFilter):
    """Rows of one kind: the part of the action before the dot."""

    title = _("what")
    parameter_name = "what"
    _PREFIXES = {
        "looks": ("images.", "report.look", "file."),
        "codes": ("code.", "patient."),
        "arrivals": ("study.", "report.received", "correction.", "quarantine."),
        "staff": ("policy.", "appointment.", "record.", "patients."),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("looks", _("looks and downloads")),
            ("codes", _("codes and patients")),
            ("arrivals", _("deliveries")),
            ("staff", _("staff")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        chosen = Q()
        for prefix in self._PREFIXES.get(self.value() or "", ()):
            chosen |= Q(action__startswith=prefix)
        return queryset.filter(chosen)


@admin.register(AuditEvent)
class AuditEventAdmin(InstitutionScopedAdmin[AuditEvent]):
    purpose = _("Who looked, who changed what, and when. Rows cannot be changed, and a removed one is noticed.")
    list_display = ["when", "what", "who", "why", "came_from"]
    list_filter = [KindFilter, SinceFilter]
    ordering = ["-at", "-pk"]
    sortable_by = ["when"]
    readonly_fields = (
        "when",
        "what",
        "who",
        "why",
        "came_from",
        "about_patient",
        "about_request",
        "about_study",
        "in_session",
        "particulars",
    )
    fields = readonly_fields

    when = column("at", _("when"))
    came_from = column("address", _("address"))
    about_patient = column("patient", _("patient"))
    about_request = column("request", _("request"))
    about_study = column("study", _("study"))
    in_session = column("session", _("session"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEvent]:
        """Rows name institutions by UUID; whoever acted by an account is found by it."""
        seen = Institution.objects.filter(pk__in=self.institutions(request, self.permission("view"))).values("uuid")
        names = User.objects.filter(uuid=OuterRef("actor")).annotate(full=Concat("first_name", Value(" "), "last_name"))
        rows = self.model._default_manager.filter(institution__in=seen).order_by(*self.ordering)
        return rows.annotate(actor_name=Subquery(names.values("full")[:1]))

    def institution_of(self, obj: Any) -> int:
        return Institution.objects.values_list("pk", flat=True).get(uuid=obj.institution)

    def name_of(self, obj: AuditEvent) -> str:
        return obj.get_action_display()

    @admin.display(description=_("what"), ordering="action")
    def what(self, row: AuditEvent) -> str:
        return row.get_action_display()

    @admin.display(description=_("who"))
    def who(self, row: Any) -> str:
        if row.actor_kind == ActorKind.PATIENT:
            return gettext("the patient, by code")
        if row.actor_kind == ActorKind.SYSTEM:
            return gettext("the system")
        return row.actor_name or gettext("a visitor")

    @admin.display(description=_("because"))
    def why(self, row: AuditEvent) -> str:
        return str(Audience(row.audience).label) if row.audience in Audience.values else row.audience

    @admin.display(description=_("particulars"))
    def particulars(self, row: AuditEvent) -> SafeString:
        return format_html_join("", "<p>{}: {}</p>", row.details.items())
