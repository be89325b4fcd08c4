"""Who belongs to which group practice, as what."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.service_desk.services import refuse_own
from accounts.staff.by_mail import PhysicianField
from accounts.staff.deeds import Deed
from accounts.staff.model_admin import StaffAdmin
from accounts.staff.words import yes_or_no
from groups.membership import services
from groups.models import Group, Membership, MembershipRole

CHANGE = "groups.change_membership"


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg]
    mail = PhysicianField()

    class Meta:
        model = Membership
        fields = ["group", "role"]


class CurrentFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("current", _("current")), ("ended", _("ended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> QuerySet[Membership]:
        return queryset.filter(ends_at__isnull=self.value() == "current") if self.value() else queryset


@admin.register(Membership)
class MembershipAdmin(StaffAdmin[Membership]):
    purpose = _(
        "Who belongs to which group practice. Colleagues see each other's studies, so add only who belongs there."
    )
    saves_need_fresh_factor = True
    form = MembershipForm
    list_display = ["physician", "group", "role", "is_contact", "begins_at", "ends_at"]
    list_filter = [CurrentFilter, "role"]
    list_select_related = ["physician__user", "group"]
    search_fields = ["physician__user__last_name", "physician__user__username", "group__name"]
    search_help_text = _("Physician's name or mail address, or the group's name.")
    ordering = ["group__name", "-is_primary_contact", "role", "pk"]
    is_contact = yes_or_no(Membership, "is_primary_contact")
    deeds = (
        Deed(
            name="administrator",
            permission=CHANGE,
            label=_("Make administrator"),
            explanation=_("An administrator adds and removes members of this group."),
            done=_("This member is an administrator now."),
            offered=lambda member: member.ends_at is None and member.role != MembershipRole.ADMINISTRATOR,
            carry_out=services.make_administrator,
            is_quiet=True,
        ),
        Deed(
            name="member",
            permission=CHANGE,
            label=_("Make an ordinary member"),
            explanation=_("The person stays in the group and no longer administers it."),
            done=_("This member no longer administers the group."),
            offered=lambda member: member.ends_at is None and member.role == MembershipRole.ADMINISTRATOR,
            carry_out=services.make_ordinary_member,
            is_quiet=True,
        ),
        Deed(
            name="contact",
            permission=CHANGE,
            label=_("Make primary contact"),
            explanation=_("The one to write to about this group; there is one at a time."),
            done=_("This member is the primary contact now."),
            offered=lambda member: member.ends_at is None and not member.is_primary_contact,
            carry_out=services.make_primary_contact,
            is_quiet=True,
        ),
        Deed(
            name="end",
            permission=CHANGE,
            label=_("End this membership"),
            explanation=_(
                "From now on the person and the others of the group no longer see each other's studies through it."
            ),
            done=_("The membership has ended."),
            offered=lambda member: member.ends_at is None,
            carry_out=services.end_membership,
            is_quiet=True,
        ),
    )

    def get_fields(self, request: HttpRequest, obj: Membership | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("mail", "group", "role")
        dates = ("begins_at", "confirmed_at", "lapses_at", "ends_at")
        return ("physician", "group", "role", "is_contact", *dates)

    def has_change_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        """Only by the buttons."""
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "group":
            kwargs["queryset"] = Group.objects.filter(ended_at__isnull=True).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        chosen = form.cleaned_data
        refuse_own(chosen["mail"].user, self.actor(request))
        role = MembershipRole(chosen["role"])
        made = services.add_member(chosen["group"], chosen["mail"], role, self.actor(request), timezone.now())
        obj.pk, obj.uuid = made.pk, made.uuid
