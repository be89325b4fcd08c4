"""Counters of failures, to read: why somebody has to wait, and until when."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import ThrottleCounter
from accounts.staff.model_admin import StaffAdmin


@admin.register(ThrottleCounter)
class ThrottleCounterAdmin(StaffAdmin[ThrottleCounter]):
    purpose = _("Failed tries that make somebody wait. The counters name nobody; they end by themselves.")
    list_display = ["label", "failures", "lifetime", "blocked_until", "kept_until"]
    ordering = ["-kept_until", "pk"]
    readonly_fields = (
        "scope",
        "failures",
        "lifetime",
        "blocked_until",
        "kept_until",
    )
    fields = readonly_fields

    @admin.display(description=_("counter"), ordering="scope")
    def label(self, counter: ThrottleCounter) -> str:
        return str(counter)
