"""Accounts, as the service desk sees them: who, since when, used when, open or closed. No passwords, no secrets."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.audit.actor import Actor
from accounts.models import SuspensionReason, User
from accounts.service_desk.suspending import is_suspended, resume_user, suspend_user
from accounts.service_desk.unused import unused
from accounts.staff.deeds import Deed
from accounts.staff.model_admin import StaffAdmin
from accounts.staff.words import column, yes_or_no

from .suspensions import SuspensionForm

SUSPEND = "accounts.suspend_user"


class UseFilter(admin.SimpleListFilter):
    title = _("use")
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("none for a year, and told so"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() == "none":
            return queryset.filter(pk__in=unused(timezone.now()).values("pk"))
        return queryset


def _suspend(user: User, said: dict[str, Any], actor: Actor, at: datetime) -> None:
    suspend_user(user, said["reason"], said["words"], actor, at)


@admin.register(User)
class UserAdmin(StaffAdmin[User]):
    purpose = _(
        "Who has an account, and who has not used it for a year. Close one that must not be used, or reopen it."
    )
    list_display = ["name", "username", "is_open", "since", "last_used"]
    list_filter = [UseFilter, "is_active"]
    search_fields = ["username", "first_name", "last_name"]
    search_help_text = _("Name or mail address.")
    ordering = ["last_name", "first_name", "pk"]
    readonly_fields = (
        "title",
        "first_name",
        "last_name",
        "username",
        "language",
        "is_open",
        "since",
        "last_used",
        "told_unused",
    )
    fields = readonly_fields
    actions = ["close_unused"]
    is_open = yes_or_no(User, "is_active")
    since = column("date_joined", _("since"))
    last_used = column("last_login", _("last login"))
    told_unused = column("unused_told_at", _("asked whether it is still used"))
    deeds = (
        Deed(
            name="suspend",
            permission=SUSPEND,
            label=_("Close this account"),
            explanation=_(
                "Nobody can log in with it any more, and whoever is logged in with it is logged out now. What was done "
                "with it stays in every log. The person is told by mail, but not why."
            ),
            done=_("The account is closed and its sessions have ended."),
            offered=lambda user: user.is_active,
            form=SuspensionForm,
            filled=_suspend,
            is_quiet=True,
        ),
        Deed(
            name="resume",
            permission=SUSPEND,
            label=_("Open this account again"),
            explanation=_("The person can log in again, with the same password and second factor."),
            done=_("The account is open again."),
            offered=lambda user: not user.is_active and is_suspended(user),
            carry_out=resume_user,
            needs_fresh_factor=True,
        ),
    )

    def waiting(self, request: HttpRequest) -> int:
        """Accounts that nobody has used for a year."""
        return unused(timezone.now()).count() if request.user.has_perm(SUSPEND) else 0

    def has_suspend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(SUSPEND)

    @admin.action(description=_("Close, if unused for a year"), permissions=["suspend"])
    def close_unused(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Those of the marked that are on the list of unused accounts; whoever others depend on is named."""
        at, closed = timezone.now(), 0
        for user in queryset.filter(pk__in=unused(at).values("pk")):
            try:
                suspend_user(user, SuspensionReason.UNUSED, "", self.actor(request), at)
            except ValidationError as refusal:
                self.message_user(request, f"{user.username}: {' '.join(refusal.messages)}", messages.WARNING)
            else:
                self.log_change(request, user, [{"changed": {"fields": ["suspend"]}}])
                closed += 1
        said = ngettext("%(count)d account was closed.", "%(count)d accounts were closed.", closed) % {"count": closed}
        self.message_user(request, said, messages.SUCCESS if closed else messages.WARNING)

    @admin.display(description=_("name"), ordering="last_name")
    def name(self, user: User) -> str:
        return user.get_full_name()
