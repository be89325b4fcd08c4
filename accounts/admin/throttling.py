"""Who has to wait after failures: what, since when, how many, until when; and letting somebody try again at once.

The counters name nobody. Whose one is, is found by typing what the person on the telephone says.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import display_for_value
from django.contrib.admin.views.main import ChangeList
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ThrottleCounter
from accounts.service_desk.waits import KINDS, found_by, is_liftable, shown, waiting, waits_since
from accounts.staff.change_list import searched_for
from accounts.staff.deeds import Deed
from accounts.staff.model_admin import StaffAdmin
from accounts.staff.words import column
from accounts.throttling.services import lift

LIFT = "accounts.lift_throttlecounter"


class WaitFilter(admin.SimpleListFilter):
    """Who waits now; or everything that is counted, as it is after a search."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("all that is counted"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ThrottleCounter]) -> QuerySet[ThrottleCounter]:
        if self.value() == "all" or searched_for(request, queryset.model):
            return queryset
        return queryset.filter(pk__in=waiting(timezone.now()).values("pk"))

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("waiting now")}
        yield from others


@admin.register(ThrottleCounter)
class ThrottleCounterAdmin(StaffAdmin[ThrottleCounter]):
    purpose = _("Who has to wait after failed tries. Waits end by themselves; you can let somebody try again at once.")
    list_display = ["label", "now", "waits_from", "waits_until", "ever"]
    list_filter = [WaitFilter]
    search_fields = ["scope"]  # what is typed is looked for by its keyed hash, see get_search_results
    search_help_text = _(
        "A whole mail address, IP address or telephone number. Waits in a browser that an account knows are not found."
    )
    ordering = [F("blocked_until").desc(nulls_last=True), "pk"]
    sortable_by = ["now", "waits_until", "ever"]
    readonly_fields = ("label", "now", "waits_from", "waits_until", "ever", "is_kept_until")
    fields = readonly_fields
    deeds = (
        Deed(
            name="lift",
            permission=LIFT,
            label=_("Let them try again now"),
            explanation=_("Only for whoever you know to be the owner: whoever guesses gets as many tries again."),
            done=_("The wait is lifted."),
            offered=lambda counter: is_liftable(counter, timezone.now()),
            carry_out=lift,
            needs_fresh_factor=True,
        ),
    )

    now = column("failures", _("failures that count now"))
    ever = column("lifetime", _("failures in all"))
    waits_until = column("blocked_until", _("next try"))
    is_kept_until = column("kept_until", _("forgotten on"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[ThrottleCounter]:
        return shown()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ThrottleCounter], search_term: str
    ) -> tuple[QuerySet[ThrottleCounter], bool]:
        if not search_term:
            return queryset, False
        return queryset.filter(pk__in=found_by(search_term).values("pk")), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ThrottleCounter | None = None) -> bool:
        """Only by the button."""
        return False

    def name_of(self, obj: ThrottleCounter) -> str:
        return str(KINDS[obj.scope].words)

    @admin.display(description=_("what was tried"))
    def label(self, counter: ThrottleCounter) -> str:
        return self.name_of(counter)

    @admin.display(description=_("last failure"))
    def waits_from(self, counter: ThrottleCounter) -> str:
        return display_for_value(waits_since(counter), "-")
