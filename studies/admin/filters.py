"""Filters of lists, whose addresses carry words and never counters."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from studies.institutions.queries import awaiting_an_answer
from studies.models import Institution, QuarantinedFile


class InstitutionFilter(admin.SimpleListFilter):
    """By institution, for whoever works for several."""

    title = _("institution")
    parameter_name = "institution"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        seen = Institution.objects.filter(pk__in=model_admin.institutions(request, model_admin.permission("view")))
        self._path = model_admin.institution_path
        return [(institution.slug, institution.name) for institution in seen]

    def has_output(self) -> bool:
        return len(self.lookup_choices) > 1

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{f"{self._path}__slug": self.value()}) if self.value() else queryset


class FlagFilter(admin.SimpleListFilter):
    """What an import marked for somebody to look at; `field` holds the reason."""

    title = _("flag")
    parameter_name = "flagged"
    field = "flag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("to look at")), ("no", _("without a flag"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "yes":
                return queryset.exclude(**{self.field: ""})
            case "no":
                return queryset.filter(**{self.field: ""})
        return queryset


class ConflictFilter(FlagFilter):
    field = "conflict"


class BirthDateFilter(admin.SimpleListFilter):
    """Patients for whom no code can be given out until somebody completes the date of birth."""

    title = _("date of birth")
    parameter_name = "birth"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("unknown", _("unknown")), ("part", _("partly known")), ("known", _("known"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "unknown":
                return queryset.filter(birth_year__isnull=True)
            case "part":
                return queryset.filter(birth_year__isnull=False, birth_day__isnull=True)
            case "known":
                return queryset.filter(birth_day__isnull=False)
        return queryset


class CodeStateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("works", _("works")), ("over", _("works no more"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        over = Q(revoked_at__isnull=False) | Q(ended_at__isnull=False) | Q(expires_at__lte=timezone.now())
        match self.value():
            case "works":
                return queryset.exclude(over)
            case "over":
                return queryset.filter(over)
        return queryset


class SinceFilter(admin.SimpleListFilter):
    """Rows of the last day, week or month; `field` says when."""

    title = _("time")
    parameter_name = "since"
    field = "at"
    _DAYS = {"day": 1, "week": 7, "month": 30}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("day", _("last 24 hours")), ("week", _("last 7 days")), ("month", _("last 30 days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        days = self._DAYS.get(self.value() or "")
        return queryset.filter(**{f"{self.field}__gte": timezone.now() - timedelta(days=days)}) if days else queryset


class OpenFilter(admin.SimpleListFilter):
    """What still holds: `field` is empty until it ends."""

    title = _("state")
    parameter_name = "state"
    field = "ends_at"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("current")), ("over", _("ended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "open":
                return queryset.filter(**{f"{self.field}__isnull": True})
            case "over":
                return queryset.filter(**{f"{self.field}__isnull": False})
        return queryset


class AnswerFilter(admin.SimpleListFilter):
    """Quarantined files by whether somebody's answer is awaited."""

    title = _("answer")
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("awaited", _("waiting for you")), ("given", _("answered"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[QuarantinedFile]) -> QuerySet[QuarantinedFile]:
        match self.value():
            case "awaited":
                return awaiting_an_answer(queryset)
            case "given":
                return queryset.exclude(resolution="")
        return queryset
