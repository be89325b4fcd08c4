"""Who works for the institution, as what; and confirming every quarter that they still do."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import display_for_value
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.staff.deeds import Deed
from accounts.staff.fresh import ask_first, sent_before
from accounts.staff.words import column
from studies.admin.confirming import StaffForm, staff_list, what_was_done
from studies.admin.filters import InstitutionFilter, OpenFilter
from studies.institutions.appointments import end_appointment, resume_appointment, suspend_appointment
from studies.institutions.confirmation import state_of
from studies.institutions.confirming import confirm_staff, count_due
from studies.institutions.permissions import StaffPermission
from studies.institutions.scoped_admin import InstitutionScopedAdmin
from studies.models import Appointment, Institution


@admin.register(Appointment)
class AppointmentAdmin(InstitutionScopedAdmin[Appointment]):
    purpose = _("Who works for your institution and what they may do here. Every three months, say who still does.")
    change_list_template = "studies/staff/appointments.html"
    list_display = ["user", "role", "institution", "state", "begins_at", "confirmed", "last_login"]
    list_filter = [OpenFilter, "role", InstitutionFilter]
    list_select_related = ["user", "institution"]
    search_fields = ["user__username", "user__first_name", "user__last_name"]
    search_help_text = _("Name or mail address.")
    ordering = ["user__last_name", "user__first_name", "pk"]
    fields = readonly_fields = (
        "user",
        "mail_address",
        "institution",
        "role",
        "state",
        "begins_at",
        "confirmed_at",
        "suspended_at",
        "ends_at",
        "last_login",
    )
    confirmed = column("confirmed_at", _("confirmed on"))
    deeds = (
        Deed(
            name="suspend",
            permission=StaffPermission.SUSPEND_APPOINTMENT,
            label=_("Suspend"),
            explanation=_(
                "From the next click on, this appointment counts for nothing, until you resume it. The person is told "
                "by mail, but not why."
            ),
            done=_("The appointment is suspended."),
            offered=lambda appointment: appointment.ends_at is None and appointment.suspended_at is None,
            because=suspend_appointment,
            is_quiet=True,
        ),
        Deed(
            name="resume",
            permission=StaffPermission.SUSPEND_APPOINTMENT,
            label=_("Resume"),
            explanation=_("This person can work here again, and is confirmed for three months."),
            done=_("The appointment counts again."),
            offered=lambda appointment: appointment.ends_at is None and appointment.suspended_at is not None,
            carry_out=resume_appointment,
            needs_fresh_factor=True,
        ),
        Deed(
            name="end",
            permission=StaffPermission.END_APPOINTMENT,
            label=_("End this appointment"),
            explanation=_("From the next click on, this person can do here only what other appointments allow."),
            done=_("The appointment has ended."),
            offered=lambda appointment: appointment.ends_at is None,
            carry_out=end_appointment,
            is_quiet=True,
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.confirm_view)
        return [path("confirm/", view, name="studies_appointment_confirm"), *super().get_urls()]

    def waiting(self, request: HttpRequest) -> int:
        """At how many institutions everybody is to be confirmed."""
        return count_due(self.institutions(request, StaffPermission.CONFIRM_APPOINTMENTS), timezone.now())

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever works here was invited, and accepted."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Appointment | None = None) -> bool:
        """Only by the buttons."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appointment]:
        return super().get_queryset(request).select_related("user", "institution")

    @admin.display(description=_("mail address"))
    def mail_address(self, appointment: Appointment) -> str:
        return appointment.user.username

    @admin.display(description=_("state"))
    def state(self, appointment: Appointment) -> str:
        return str(state_of(appointment, timezone.now()).label)

    @admin.display(description=_("last login"), ordering="user__last_login")
    def last_login(self, appointment: Appointment) -> str:
        return display_for_value(appointment.user.last_login, str(_("never")))

    def confirm_view(self, request: HttpRequest) -> HttpResponse:
        """Everybody on one page, all ticked; whoever is not ticked any more leaves."""
        at = timezone.now()
        allowed = self.institutions(request, StaffPermission.CONFIRM_APPOINTMENTS)
        if not allowed:
            raise PermissionDenied
        if request.method == "POST":
            return ask_first(request, request.path, "confirm", at) or self._confirm(request, allowed, at)
        sent = sent_before(request, request.path, at)
        before = StaffForm(allowed, sent.data) if sent is not None else None
        unticked = before.shown - before.kept if before is not None else set()
        institutions = Institution.objects.filter(pk__in=allowed).order_by("name", "pk")
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Confirm your staff"),
            "lists": [staff_list(institution, unticked, at) for institution in institutions],
        }
        return TemplateResponse(request, "studies/staff/confirm.html", context)

    def _confirm(self, request: HttpRequest, allowed: frozenset[int], at: datetime) -> HttpResponse:
        form = StaffForm(allowed, request.POST)
        if not form.is_valid():
            self.message_user(request, str(_("Nothing was changed. Please look again.")), messages.ERROR)
            return redirect(request.path)
        try:
            done = confirm_staff(form.cleaned_data["institution"], form.shown, form.kept, self.actor(request), at)
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
        else:
            self.message_user(request, what_was_done(*done), messages.SUCCESS)
        return redirect(request.path)
