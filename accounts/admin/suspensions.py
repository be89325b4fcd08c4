"""The register of suspensions, to read, and the form in which their reasons are given."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Suspension, SuspensionReason, User
from accounts.staff.deeds import DeedForm
from accounts.staff.model_admin import StaffAdmin
from accounts.staff.words import column


class SuspensionForm(DeedForm):
    """Why somebody is suspended."""

    reason = forms.TypedChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *SuspensionReason.choices],
        coerce=SuspensionReason,
        error_messages={"required": _("Choose a reason. Nothing was changed.")},
    )
    words = forms.CharField(
        label=_("In words (needed for another reason)"),
        max_length=200,
        required=False,
        help_text=_("Kept in the register of suspensions. No names of patients."),
        error_messages={"max_length": _("Say it in one line. Nothing was changed.")},
    )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("reason") == SuspensionReason.OTHER and not said.get("words"):
            raise forms.ValidationError(_("Say why, in one line. Nothing was changed."))
        return said


class HoldsFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("holds", _("suspended now")), ("over", _("resumed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Suspension]) -> QuerySet[Suspension]:
        match self.value():
            case "holds":
                return queryset.filter(ended_at__isnull=True)
            case "over":
                return queryset.filter(ended_at__isnull=False)
        return queryset


@admin.register(Suspension)
class SuspensionAdmin(StaffAdmin[Suspension]):
    purpose = _("The register of suspensions: who, why, since when, by whom, and until when. To read.")
    list_display = ["user", "part", "reason", "words", "from_day", "until_day"]
    list_filter = [HoldsFilter, "part", "reason"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__first_name", "user__last_name"]
    search_help_text = _("Name or mail address.")
    ordering = ["-since", "-pk"]
    fields = readonly_fields = (
        "user",
        "mail",
        "part",
        "reason",
        "words",
        "from_day",
        "by_whom",
        "until_day",
        "resumed_by_whom",
    )
    from_day = column("since", _("suspended on"))
    until_day = column("ended_at", _("resumed on"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Suspension]:
        return (
            super()
            .get_queryset(request)
            .select_related("user")
            .annotate(by_mail=_mail_of("by"), ended_by_mail=_mail_of("ended_by"))
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Suspension | None = None) -> bool:
        return False

    @admin.display(description=_("mail address"))
    def mail(self, suspension: Suspension) -> str:
        return suspension.user.username

    @admin.display(description=_("suspended by"))
    def by_whom(self, suspension: Any) -> str:
        return suspension.by_mail or gettext("the system")

    @admin.display(description=_("resumed by"))
    def resumed_by_whom(self, suspension: Any) -> str:
        if suspension.ended_at is None:
            return "-"
        return suspension.ended_by_mail or gettext("the system")


def _mail_of(name: str) -> Subquery:
    return Subquery(User.objects.filter(uuid=OuterRef(name)).values("username")[:1])
