"""Group practices and their composition."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.staff.inlines import StaffInline
from accounts.staff.model_admin import StaffAdmin
from accounts.staff.words import yes_or_no
from groups.membership import services
from groups.models import Group, Membership


class MembershipInline(StaffInline):
    """Who belongs to the group now: the primary contact on top, administrators next."""

    model = Membership
    readonly_fields = (
        "link",
        "role",
        "is_contact",
        "begins_at",
        "lapses_at",
    )
    fields = readonly_fields
    is_contact = yes_or_no(Membership, "is_primary_contact")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        current = super().get_queryset(request).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now()))
        return current.select_related("physician__user").order_by("-is_primary_contact", "role", "begins_at")

    @admin.display(description=_("physician"))
    def link(self, membership: Membership) -> SafeString:
        address = reverse("admin:groups_membership_change", args=[membership.uuid])
        return format_html('<a href="{}">{}</a>', address, membership.physician)


@admin.register(Group)
class GroupAdmin(StaffAdmin[Group]):
    purpose = _("Group practices. Found one, correct its details, and see who belongs to it.")
    list_display = ["name", "country", "member_count", "ended_at"]
    search_fields = ["name", "address"]
    search_help_text = _("Name or address.")
    ordering = ["name", "pk"]
    fields = [*services.DETAILS, "ended_at"]
    readonly_fields = ["ended_at"]
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        current = Q(memberships__ends_at__isnull=True) | Q(memberships__ends_at__gt=timezone.now())
        return super().get_queryset(request).annotate(count=Count("memberships", filter=current))

    @admin.display(description=_("members"), ordering="count")
    def member_count(self, group: Any) -> int:
        return int(group.count)

    def save_model(self, request: HttpRequest, obj: Group, form: Any, change: bool) -> None:
        details = {name: form.cleaned_data[name] for name in services.DETAILS}
        if change:
            services.change_group(obj, details, self.actor(request), timezone.now())
            return
        founded = services.found_group(details, self.actor(request), timezone.now())
        obj.pk, obj.uuid = founded.pk, founded.uuid
