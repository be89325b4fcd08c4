"""Why a patient was refused: found by the reference that the page showed, such as K7-42."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.staff.words import column
from studies.access_codes.entries import Refusal
from studies.access_codes.refusals import refusals_named, refusals_seen_by
from studies.admin.filters import SinceFilter
from studies.institutions.scoped_admin import InstitutionScopedAdmin
from studies.models import Institution, RefusedEntry, Request


@admin.register(RefusedEntry)
class RefusedEntryAdmin(InstitutionScopedAdmin[RefusedEntry]):
    purpose = _("Why a patient's code or date of birth was refused. Ask the patient for the reference on the page.")
    list_display = ["reference", "when", "reason", "about"]
    list_filter = [SinceFilter]
    search_fields = ["details__reference"]
    search_help_text = _("The reference that the patient reads out, for example K7-42.")
    ordering = ["-at", "-pk"]
    sortable_by = ["when"]
    readonly_fields = ("reference", "when", "reason", "about")
    fields = readonly_fields

    when = column("at", _("when"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[RefusedEntry]:
        requests = Request.objects.filter(uuid=OuterRef("request"))
        return refusals_seen_by(self._desks_of(request)).annotate(
            accession=Subquery(requests.values("accession_number")[:1])
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By the whole reference: part of one would show who else called."""
        if not search_term:
            return queryset, False
        named = refusals_named(search_term, self._desks_of(request), timezone.now())
        return queryset.filter(pk__in=named.values("pk")), False

    def may(self, request: HttpRequest, permission: str, obj: RefusedEntry) -> bool:
        """A code that nobody has belongs to no institution, and is every desk's to look into."""
        return bool(self.institutions(request, permission))

    def name_of(self, obj: RefusedEntry) -> str:
        return str(obj.details["reference"])

    @admin.display(description=_("reference"))
    def reference(self, row: RefusedEntry) -> str:
        return str(row.details["reference"])

    @admin.display(description=_("reason"))
    def reason(self, row: RefusedEntry) -> str:
        return str(Refusal(row.details["reason"]).label)

    @admin.display(description=_("request"))
    def about(self, row: Any) -> str:
        return row.accession or str(row.request or "")

    def _desks_of(self, request: HttpRequest) -> list[Any]:
        held = self.institutions(request, self.permission("view"))
        return list(Institution.objects.filter(pk__in=held).values_list("uuid", flat=True))
