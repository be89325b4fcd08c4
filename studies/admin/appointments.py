"""Who works for the institution, as what."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.staff.deeds import Deed
from studies.admin.filters import InstitutionFilter, OpenFilter
from studies.institutions.appointments import appoint, end_appointment
from studies.institutions.permissions import StaffPermission
from studies.institutions.scoped_admin import InstitutionScopedAdmin
from studies.models import Appointment, AppointmentRole


class AppointmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """By mail address: a list of everybody's accounts would tell who works elsewhere."""

    mail = forms.EmailField(label=_("Mail address"), help_text=_("Of the account of the person to appoint."))

    class Meta:
        model = Appointment
        fields = ["institution", "role"]

    def clean_mail(self) -> User:
        user = User.objects.filter(username=self.cleaned_data["mail"].strip().lower(), is_active=True).first()
        if user is None:
            raise forms.ValidationError(_("Nobody has an account with this mail address."))
        return user


@admin.register(Appointment)
class AppointmentAdmin(InstitutionScopedAdmin[Appointment]):
    purpose = _("Who works for your institution and what they may do here. Appoint somebody, or end an appointment.")
    form = AppointmentForm
    list_display = ["user", "role", "institution", "begins_at", "ends_at"]
    list_filter = [OpenFilter, "role", InstitutionFilter]
    list_select_related = ["user", "institution"]
    search_fields = ["user__username", "user__first_name", "user__last_name"]
    search_help_text = _("Name or mail address.")
    ordering = ["user__last_name", "user__first_name", "pk"]
    deeds = (
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

    def get_fields(self, request: HttpRequest, obj: Appointment | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("mail", "institution", "role")
        return ("user", "mail_address", "institution", "role", "begins_at", "ends_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Appointment | None = None) -> tuple[str, ...]:
        return () if obj is None else self.get_fields(request, obj)

    @admin.display(description=_("mail address"))
    def mail_address(self, appointment: Appointment) -> str:
        return appointment.user.username

    def save_model(self, request: HttpRequest, obj: Appointment, form: Any, change: bool) -> None:
        role = AppointmentRole(form.cleaned_data["role"])
        made = appoint(
            form.cleaned_data["mail"], form.cleaned_data["institution"], role, self.actor(request), timezone.now()
        )
        obj.pk, obj.uuid = made.pk, made.uuid
