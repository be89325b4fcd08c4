"""The service desk's queue of lost second factors, oldest first."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Recovery, RecoveryState
from accounts.recovery import lost_factor
from accounts.recovery.facts import facts_of
from accounts.recovery.forms import HowVerifiedForm
from accounts.staff.deeds import Deed
from accounts.staff.model_admin import StaffAdmin

from .registrations import QueueFilter

DECIDE = "accounts.change_recovery"


class RecoveryFilter(QueueFilter):
    waits = Q(state=RecoveryState.ASKED)
    states = list(RecoveryState.choices)


@admin.register(Recovery)
class RecoveryAdmin(StaffAdmin[Recovery]):
    purpose = _("Who lost a second factor. Make sure who it is by a way that the account already knew, then decide.")
    change_form_template = "accounts/recovery/desk_recovery.html"
    list_display = ["name", "mail", "state", "asked_at", "opens_at"]
    list_filter = [RecoveryFilter]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__first_name", "user__last_name"]
    search_help_text = _("Name or mail address.")
    ordering = ["asked_at", "pk"]
    readonly_fields = ("name", "mail", "state", "asked_at", "verified_at", "how_verified", "opens_at", "ended_at")
    fields = readonly_fields
    deeds = (
        Deed(
            name="verify",
            permission=DECIDE,
            label=_("It is the owner: begin the wait"),
            explanation=_(
                "Every contact of the account is told at once and can stop it. After the wait all second factors are "
                "removed, and the next login sets another one up. Your own account is decided by somebody else."
            ),
            done=_("The wait has begun, and every contact of the account is told."),
            offered=lambda recovery: recovery.state == RecoveryState.ASKED,
            form=HowVerifiedForm,
            filled=lambda recovery, filled, actor, at: lost_factor.verify(recovery, filled["how"], actor, at),
            needs_fresh_factor=True,
        ),
        Deed(
            name="refuse",
            permission=DECIDE,
            label=_("Refuse"),
            explanation=_("Nothing changes for the account. Its owner is told by mail."),
            done=_("The recovery is refused, and the owner is told."),
            offered=lambda recovery: recovery.ended_at is None,
            because=lost_factor.refuse,
            is_quiet=True,
        ),
    )

    def waiting(self, request: HttpRequest) -> int:
        return Recovery.objects.filter(state=RecoveryState.ASKED).count()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recovery]:
        return super().get_queryset(request).select_related("user")

    def has_change_permission(self, request: HttpRequest, obj: Recovery | None = None) -> bool:
        """Only by the buttons."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        recovery = kwargs.get("obj")
        context["facts"] = facts_of(recovery, timezone.now()) if recovery is not None else None
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("name"), ordering="user__last_name")
    def name(self, recovery: Recovery) -> str:
        return recovery.user.get_full_name()

    @admin.display(description=_("mail address"))
    def mail(self, recovery: Recovery) -> str:
        return recovery.user.username
