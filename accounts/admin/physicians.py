"""Physicians and the numbers by which hospitals know them."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import Actor
from accounts.models import IdentifierKind, Physician, PhysicianIdentifier
from accounts.registration.queries import UNFINISHED, unfinished_of
from accounts.service_desk import services
from accounts.service_desk.suspending import resume_physician, suspend_physician
from accounts.staff.by_mail import PhysicianField
from accounts.staff.deeds import Deed
from accounts.staff.inlines import StaffInline
from accounts.staff.model_admin import StaffAdmin

from .suspensions import SuspensionForm

CHANGE = "accounts.change_physician"


class IdentifierInline(StaffInline):
    model = PhysicianIdentifier
    readonly_fields = (
        "kind",
        "value",
        "country",
    )
    fields = readonly_fields


class StandingFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("to be verified")), ("verified", _("verified")), ("suspended", _("suspended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Physician]) -> QuerySet[Physician]:
        match self.value():
            case "waiting":
                return queryset.filter(verified_at__isnull=True, suspended_at__isnull=True)
            case "verified":
                return queryset.filter(verified_at__isnull=False, suspended_at__isnull=True)
            case "suspended":
                return queryset.filter(suspended_at__isnull=False)
        return queryset


def _suspend(physician: Physician, said: dict[str, Any], actor: Actor, at: datetime) -> None:
    suspend_physician(physician, said["reason"], said["words"], actor, at)


@admin.register(Physician)
class PhysicianAdmin(StaffAdmin[Physician]):
    purpose = _("Who has asked to be known as a physician. Verify the numbers; suspend whoever may not see studies.")
    list_display = ["name", "mail", "profession", "verified_at", "suspended_at"]
    list_filter = [StandingFilter, "profession"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__first_name", "user__last_name", "identifiers__value"]
    search_help_text = _("Name, mail address or number of a register.")
    ordering = ["user__last_name", "user__first_name", "pk"]
    readonly_fields = (
        "name",
        "mail",
        "profession",
        "speciality",
        "country",
        "practice",
        "verified_at",
        "suspended_at",
    )
    fields = readonly_fields
    inlines = [IdentifierInline]
    deeds = (
        Deed(
            name="verify",
            permission=CHANGE,
            label=_("Verify this physician"),
            explanation=_(
                "For accounts that did not register. Compare the numbers with the national register first. Requests "
                "that name them are shown at once."
            ),
            done=_("The physician is verified."),
            offered=lambda physician: physician.verified_at is None and unfinished_of(physician.user_id) is None,
            carry_out=services.verify_physician,
            needs_fresh_factor=True,
        ),
        Deed(
            name="suspend",
            permission=CHANGE,
            label=_("Suspend this physician"),
            explanation=_(
                "No study is shown to this physician any more, until the suspension ends. The account stays open, but "
                "is logged out now. The person is told by mail, but not why."
            ),
            done=_("The physician is suspended."),
            offered=lambda physician: physician.suspended_at is None,
            form=SuspensionForm,
            filled=_suspend,
            is_quiet=True,
        ),
        Deed(
            name="resume",
            permission=CHANGE,
            label=_("End the suspension"),
            explanation=_("Studies are shown to this physician again."),
            done=_("The suspension has ended."),
            offered=lambda physician: physician.suspended_at is not None,
            carry_out=resume_physician,
            needs_fresh_factor=True,
        ),
    )

    def waiting(self, request: HttpRequest) -> int:
        """Whoever registered is counted among the registrations."""
        unverified = Physician.objects.filter(verified_at__isnull=True, suspended_at__isnull=True)
        return unverified.exclude(user__registration__state__in=UNFINISHED).count()

    def has_change_permission(self, request: HttpRequest, obj: Physician | None = None) -> bool:
        """Only by the buttons."""
        return False

    @admin.display(description=_("name"), ordering="user__last_name")
    def name(self, physician: Physician) -> str:
        return physician.user.get_full_name()

    @admin.display(description=_("mail address"))
    def mail(self, physician: Physician) -> str:
        return physician.user.username


class IdentifierForm(forms.ModelForm):  # type: ignore[type-arg]
    mail = PhysicianField()

    class Meta:
        model = PhysicianIdentifier
        fields = ["country", "kind", "value"]


@admin.register(PhysicianIdentifier)
class IdentifierAdmin(StaffAdmin[PhysicianIdentifier]):
    purpose = _("Numbers of national registers. A number has one holder; requests that carry it are that physician's.")
    saves_need_fresh_factor = True
    form = IdentifierForm
    list_display = ["value", "kind", "country", "physician"]
    list_filter = ["kind"]
    list_select_related = ["physician__user"]
    search_fields = ["value", "physician__user__last_name", "physician__user__username"]
    search_help_text = _("Number, name or mail address.")
    ordering = ["kind", "value"]

    def get_fields(self, request: HttpRequest, obj: PhysicianIdentifier | None = None) -> tuple[str, ...]:
        return ("mail" if obj is None else "physician", "country", "kind", "value")

    def has_change_permission(self, request: HttpRequest, obj: PhysicianIdentifier | None = None) -> bool:
        """A wrong number is removed and the right one added, so that both stand in the audit log."""
        return False

    def save_model(self, request: HttpRequest, obj: PhysicianIdentifier, form: Any, change: bool) -> None:
        identifier = services.add_identifier(
            form.cleaned_data["mail"],
            obj.country,
            IdentifierKind(obj.kind),
            obj.value,
            self.actor(request),
            timezone.now(),
        )
        obj.pk, obj.uuid = identifier.pk, identifier.uuid

    def delete_model(self, request: HttpRequest, obj: PhysicianIdentifier) -> None:
        services.remove_identifier(obj, self.actor(request), timezone.now())
