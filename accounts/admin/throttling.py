"""Counters of failures, to read: why somebody has to wait, and until when."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import ThrottleCounter
from accounts.staff.model_admin import StaffAdmin
from accounts.staff.words import column


@admin.register(ThrottleCounter)
class ThrottleCounterAdmin(StaffAdmin[ThrottleCounter]):
    purpose = _("Failed tries that make somebody wait. The counters name nobody; they end by themselves.")
    list_display = ["label", "now", "ever", "waits_until", "is_kept_until"]
    ordering = ["-kept_until", "pk"]
    readonly_fields = ("label", "now", "ever", "waits_until", "is_kept_until")
    fields = readonly_fields

    now = column("failures", _("failures that count now"))
    ever = column("lifetime", _("failures in all"))
    waits_until = column("blocked_until", _("next try"))
    is_kept_until = column("kept_until", _("forgotten on"))

    @admin.display(description=_("counter"), ordering="scope")
    def label(self, counter: ThrottleCounter) -> str:
        return str(counter)
