"""The one base of every record that belongs to an institution: nobody sees, chooses or changes another institution's.

Lists, record pages, choices in forms, history, actions, deeds and deletion all stand on `get_queryset` and the
permissions here, which hold for the institutions of the person's live appointments whose role gives the permission.
A record of another institution answers as one that does not exist.
"""

from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth import get_permission_codename
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from accounts.staff.inlines import StaffInline
from accounts.staff.model_admin import StaffAdmin
from studies.institutions.permissions import StaffPermission, standing_now
from studies.models import Institution

M = TypeVar("M", bound=Model)


class InstitutionScopedAdmin(StaffAdmin[M]):
    """`institution_path` leads from the record to its institution, as a lookup: `request__institution`."""

    institution_path = "institution"

    def institutions(self, request: HttpRequest, permission: str) -> frozenset[int]:
        """The ids of the institutions where this person may do it."""
        return standing_now(request.user).institutions(permission)

    def permission(self, action: str) -> str:
        """The name of Django's permission for `view`, `add`, `change` or `delete`."""
        return f"{self.opts.app_label}.{get_permission_codename(action, self.opts)}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        seen = self.institutions(request, self.permission("view"))
        return super().get_queryset(request).filter(**{f"{self.institution_path}__in": seen})

    def record_search(self, request: HttpRequest, institution: UUID | None = None) -> None:  # noqa: ARG002 - the base's
        """In the log of each institution whose records were searched."""
        searched = self.institutions(request, self.permission("view"))
        for uuid in Institution.objects.filter(pk__in=searched).values_list("uuid", flat=True):
            super().record_search(request, uuid)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Whoever works for one institution is not told so in every row."""
        columns = list(super().get_list_display(request))
        alone = len(self.institutions(request, self.permission("view"))) <= 1
        return [column for column in columns if not (alone and column == "institution")]

    def institution_of(self, obj: Model) -> int:
        """The id of the record's institution."""
        value: Any = obj
        for step in self.institution_path.split("__"):
            value = getattr(value, step)
        return int(value.pk)

    def may(self, request: HttpRequest, permission: str, obj: M) -> bool:
        return self.institution_of(obj) in self.institutions(request, permission)

    def _may(self, request: HttpRequest, action: str, obj: M | None) -> bool:
        permission = self.permission(action)
        return bool(self.institutions(request, permission)) if obj is None else self.may(request, permission, obj)

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._may(request, "view", obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "add", None)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._may(request, "delete", obj)

    def choices_of(self, field: Field[Any, Any], request: HttpRequest) -> QuerySet[Any]:
        """What a reference may point to: the person's own institutions, or records of a kind scoped like this one."""
        model: Any = field.related_model
        if model is Institution:
            written = self.institutions(request, self.permission("add")) | self.institutions(
                request, self.permission("change")
            )
            return Institution.objects.filter(pk__in=written)
        related = self.admin_site._registry.get(model)
        if isinstance(related, InstitutionScopedAdmin):
            return related.get_queryset(request)
        return model._default_manager.none()  # type: ignore[no-any-return]

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        choices = self.choices_of(db_field, request)
        kwargs["queryset"] = choices
        if choices.count() == 1:  # nobody is asked what has one answer
            kwargs |= {"initial": choices.get(), "empty_label": None}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = self.choices_of(db_field, request)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class ScopedInline(StaffInline):
    """Part of a scoped record: seen by whoever has `permission` in the record's institution."""

    permission: StaffPermission

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = standing_now(request.user).institutions(self.permission)
        if obj is None:
            return bool(allowed)
        parent: Any = self.admin_site.get_model_admin(type(obj))
        return parent.institution_of(obj) in allowed

    def address(self, model_name: str, obj: Any) -> str:
        """Of a record's own page."""
        return reverse(f"admin:studies_{model_name}_change", args=[obj.uuid])
