"""Accounts, as the service desk sees them: who, since when, open or closed. No passwords, no secrets."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.service_desk import services
from accounts.staff.deeds import Deed
from accounts.staff.model_admin import StaffAdmin
from accounts.staff.words import yes_or_no


@admin.register(User)
class UserAdmin(StaffAdmin[User]):
    purpose = _("Who has an account. Close one that must not be used, and open it again.")
    list_display = ["name", "username", "is_open", "date_joined"]
    list_filter = ["is_active"]
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
        "date_joined",
        "last_login",
    )
    fields = readonly_fields
    is_open = yes_or_no(User, "is_active")
    deeds = (
        Deed(
            name="suspend",
            permission="accounts.suspend_user",
            label=_("Close this account"),
            explanation=_("Nobody can log in with it any more, and whoever is logged in with it is logged out now."),
            done=_("The account is closed and its sessions have ended."),
            offered=lambda user: user.is_active,
            because=services.suspend_user,
            is_quiet=True,
        ),
        Deed(
            name="resume",
            permission="accounts.suspend_user",
            label=_("Open this account again"),
            explanation=_("The person can log in again, with the same password and second factor."),
            done=_("The account is open again."),
            offered=lambda user: not user.is_active,
            carry_out=services.resume_user,
        ),
    )

    @admin.display(description=_("name"), ordering="last_name")
    def name(self, user: User) -> str:
        return user.get_full_name()
