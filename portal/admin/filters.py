"""Filters of the lists of payments and of codes with a price."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.models import OwingCode
from studies.admin.filters import FlagFilter, SinceFilter


class BegunFilter(SinceFilter):
    field = "begun_at"


class PaymentFlagFilter(FlagFilter):
    """Payments that somebody has to look at."""


class OwedFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("owed", _("to be paid")), ("settled", _("nothing owed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OwingCode]) -> QuerySet[OwingCode]:
        match self.value():
            case "owed":
                return queryset.filter(settled_at__isnull=True)
            case "settled":
                return queryset.filter(settled_at__isnull=False)
        return queryset
