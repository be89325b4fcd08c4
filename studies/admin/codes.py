"""Access codes: until when they work, and taking one back. The code itself is not kept anywhere and so not shown."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.staff.deeds import Deed
from accounts.staff.words import yes_or_no
from studies.access_codes.services import revoke
from studies.admin.filters import CodeStateFilter, InstitutionFilter
from studies.institutions.permissions import StaffPermission
from studies.institutions.scoped_admin import InstitutionScopedAdmin
from studies.models import AccessCode


def state_of(code: AccessCode, at: datetime) -> str:
    """In words, for a list."""
    if code.revoked_at is not None:
        return gettext("taken back")
    if code.ended_at is not None:
        return gettext("ended after too many wrong tries")
    return gettext("over") if code.expires_at <= at else gettext("works")


@admin.register(AccessCode)
class AccessCodeAdmin(InstitutionScopedAdmin[AccessCode]):
    purpose = _(
        "The codes that were given to patients: until when they work. Take one back when its letter went astray."
    )
    institution_path = "request__institution"
    list_display = ["label", "patient", "issued_at", "expires_at", "state"]
    list_filter = [CodeStateFilter, InstitutionFilter]
    list_select_related = ["request__patient", "request__institution"]
    search_fields = ["request__accession_number", "request__patient__name_alphabetic", "request__patient__patient_id"]
    search_help_text = _("Accession number, patient's name or id.")
    ordering = ["-issued_at", "-pk"]
    readonly_fields = (
        "request_link",
        "patient",
        "state",
        "opens_images",
        "opens_report",
        "issued_at",
        "issuer",
        "expires_at",
        "revoked_at",
        "ended_at",
    )
    fields = readonly_fields
    actions = ["revoke_marked"]
    opens_images = yes_or_no(AccessCode, "images")
    opens_report = yes_or_no(AccessCode, "report")
    deeds = (
        Deed(
            name="revoke",
            permission=StaffPermission.REVOKE_CODE,
            label=_("Take this code back"),
            explanation=_(
                "It opens nothing from now on, and whoever is in with it is out. The patient needs another code."
            ),
            done=_("The code was taken back."),
            offered=lambda code: code.revoked_at is None,
            carry_out=revoke,
            is_quiet=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccessCode]:
        """With the issuer's name; without what could lead to the code."""
        names = User.objects.filter(uuid=OuterRef("issued_by")).annotate(
            full=Concat("first_name", Value(" "), "last_name")
        )
        return (
            super()
            .get_queryset(request)
            .defer("mac", "key_id")
            .annotate(issuer_name=Subquery(names.values("full")[:1]))
        )

    def name_of(self, obj: AccessCode) -> str:
        return f"{obj.request} · {obj.request.patient.list_name}"

    @admin.display(description=_("request"), ordering="request__accession_number")
    def label(self, code: AccessCode) -> str:
        return str(code.request)

    @admin.display(description=_("request"))
    def request_link(self, code: AccessCode) -> SafeString:
        address = reverse("admin:studies_request_change", args=[code.request.uuid])
        return format_html('<a href="{}">{}</a>', address, code.request)

    @admin.display(description=_("patient"), ordering="request__patient__name_alphabetic")
    def patient(self, code: AccessCode) -> str:
        return code.request.patient.list_name

    @admin.display(description=_("state"))
    def state(self, code: AccessCode) -> str:
        return state_of(code, timezone.now())

    @admin.display(description=_("issued by"))
    def issuer(self, code: Any) -> str:
        return code.issuer_name or gettext("the system")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return bool(self.institutions(request, StaffPermission.REVOKE_CODE))

    @admin.action(description=_("Take back"), permissions=["revoke"])
    def revoke_marked(self, request: HttpRequest, queryset: QuerySet[AccessCode]) -> None:
        """Only those of institutions where this person may; what was taken back before is left as it is."""
        now, actor = timezone.now(), self.actor(request)
        with transaction.atomic():
            codes = [code for code in queryset if self.may(request, StaffPermission.REVOKE_CODE, code)]
            revoked = [code for code in codes if revoke(code, actor, now)]
            for code in revoked:
                self.log_change(request, code, [{"changed": {"fields": ["revoke"]}}])
        count = len(revoked)
        said = ngettext("%(count)d code was taken back.", "%(count)d codes were taken back.", count) % {"count": count}
        self.message_user(request, said, messages.SUCCESS if count else messages.WARNING)
