"""The base of every kind of record in the admin.

Django's own ModelAdmin, with what the portal promises: addresses are UUIDs, a record that is not there answers 404,
filters are only the listed ones, searches are not in addresses, no page needs a script, nothing is saved or deleted
but by a service, and the admin's own log holds no words about a patient.
"""

import json
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Field, Model, QuerySet, TextField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.audit.actor import Actor
from accounts.audit.services import record
from accounts.models import AuditAction, User
from accounts.sessions.services import actor_of

from .change_list import StaffChangeList, remember_search
from .deeds import Deed, OfferedDeed, Words
from .fresh import ask_first, sent_before

M = TypeVar("M", bound=Model)

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin
else:

    class _ModelAdmin(admin.ModelAdmin, Generic[M]):
        """Django's, which cannot be subscripted at run time."""


class StaffAdmin(_ModelAdmin[M]):
    """`purpose` is the sentence on the start page; `deeds` are the buttons of a record's page.

    `saves_need_fresh_factor`: nothing is added, changed or deleted without a second factor of the last ten minutes.
    """

    purpose: Words = ""
    deeds: tuple[Deed, ...] = ()
    saves_need_fresh_factor = False
    list_per_page = 50
    formfield_overrides = {TextField: {"widget": forms.Textarea(attrs={"rows": 3})}}
    show_facets = admin.ShowFacets.NEVER
    actions_selection_counter = False

    # No page needs a script, and none loads one.
    @property
    def media(self) -> forms.Media:
        return forms.Media()

    # Addresses

    def address_of(self, obj: Model, page: str = "change", **more: str) -> str:
        """Of a record's page: `change`, `history`, `delete`, `deed`."""
        kwargs = {"object_id": str(obj.uuid)} | more  # type: ignore[attr-defined]
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", kwargs=kwargs)

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_deed"
        view = self.admin_site.admin_view(self.deed_view)
        return [path("<uuid:object_id>/do/<slug:deed>/", view, name=name), *super().get_urls()]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> M | None:
        """By its UUID in lower case, among what this person may see; None for everything else alike."""
        try:
            if str(UUID(object_id)) != object_id:
                return None
        except ValueError:
            return None
        return self.get_queryset(request).filter(uuid=object_id).first()

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        raise Http404

    def name_of(self, obj: M) -> str:
        """What a record is called on its own pages and beside its checkbox."""
        return str(obj)

    # Lists

    @admin.display(description=_lazy("mark"))
    def action_checkbox(self, obj: M) -> SafeString:
        label = _("Mark %(record)s") % {"record": self.name_of(obj)}
        box = '<input type="checkbox" class="action-select" name="{}" value="{}" aria-label="{}">'
        return format_html(box, helpers.ACTION_CHECKBOX_NAME, obj.pk, label)

    def get_action_choices(
        self, request: HttpRequest, default_choices: list[tuple[str, str]] | None = None
    ) -> list[tuple[str, str]]:
        """Without an empty choice: where there is one action, it is the one."""
        return super().get_action_choices(request, default_choices or [])

    def waiting(self, request: HttpRequest) -> int:
        """How many of these records wait for somebody who may look at them; the start page says so."""
        return 0

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[StaffChangeList]:
        return StaffChangeList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what a filter on the page asks: any other lookup could be used to guess at fields that are not shown."""
        for listed in self.get_list_filter(request) if request else self.list_filter:
            if isinstance(listed, str) and lookup in {f"{listed}__exact", f"{listed}__isnull"}:
                return True
            if lookup == getattr(listed, "parameter_name", None):
                return True
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        if request.method == "POST" and "search" in request.POST and self.search_fields:
            return self._search(request)
        return super().changelist_view(request, extra_context)

    def _search(self, request: HttpRequest) -> HttpResponseRedirect:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        term = request.POST["search"].replace("\0", "")  # which PostgreSQL takes in no text
        remember_search(request, self.model, term.strip()[:100])
        self.record_search(request)
        filters = request.GET.copy()
        filters.pop("p", None)
        return HttpResponseRedirect(f"{request.path}?{filters.urlencode()}" if filters else request.path)

    def record_search(self, request: HttpRequest, institution: UUID | None = None) -> None:
        """The audit row of a search; among an institution's records, `institution` is whose log it belongs to."""
        details: dict[str, str | int | bool | None] = {"records": self.opts.label_lower}
        record(AuditAction.SEARCHED, actor_of(request), timezone.now(), institution=institution, details=details)

    # Forms

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Without the links that open other records in a window: they need scripts."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """A service's no undoes everything and is said on the page again."""
        if (first := self._ask_first(request)) is not None:
            return first
        try:
            return self.show_or_save(request, object_id, *args, **kwargs)
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def show_or_save(self, request: HttpRequest, object_id: str | None, *args: Any, **kwargs: Any) -> Any:
        """Django's page: what is sent is saved in one transaction."""
        return super().changeform_view(request, object_id, *args, **kwargs)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        if request.method == "GET":
            sent_before(request, request.path, timezone.now())
        return self._ask_first(request) or super().delete_view(request, object_id, extra_context)

    def _ask_first(self, request: HttpRequest) -> HttpResponse | None:
        if request.method != "POST" or not self.saves_need_fresh_factor:
            return None
        return ask_first(request, request.path, "", timezone.now())

    def save_model(self, request: HttpRequest, obj: M, form: Any, change: bool) -> None:
        """A kind of record that can be written calls its service here: nothing is saved bare."""
        raise PermissionDenied

    def delete_model(self, request: HttpRequest, obj: M) -> None:
        raise PermissionDenied

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[M]) -> None:
        raise PermissionDenied

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What can be deleted here never takes another record with it."""
        found = list(objs)
        return [str(obj) for obj in found], {str(self.opts.verbose_name_plural): len(found)}, set(), []

    def response_add(self, request: HttpRequest, obj: M, post_url_continue: str | None = None) -> HttpResponse:
        return self._saved(request, obj)

    def response_change(self, request: HttpRequest, obj: M) -> HttpResponse:
        return self._saved(request, obj)

    def _saved(self, request: HttpRequest, obj: M) -> HttpResponse:
        self.message_user(request, _("Saved."), messages.SUCCESS)
        return redirect(self.address_of(obj))

    # Deeds

    def may(self, request: HttpRequest, permission: str, obj: M) -> bool:
        """Whether this person may do it to this record."""
        return request.user.has_perm(permission)

    def offered_deeds(self, request: HttpRequest, obj: M) -> list[OfferedDeed]:
        """The buttons of this record's page for this person, now."""
        return [
            OfferedDeed(deed, self.address_of(obj, "deed", deed=deed.name), deed.form_for(obj))
            for deed in self.deeds
            if deed.offered(obj) and self.may(request, deed.permission, obj)
        ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        obj = kwargs.get("obj")
        offered = [] if obj is None else self.offered_deeds(request, obj)
        sent = sent_before(request, request.path, timezone.now()) if request.method == "GET" else None
        if sent is not None:
            forms_by_name = {known.deed.name: known.form for known in offered} | {"": context["adminform"].form}
            if (form := forms_by_name.get(sent.name)) is not None:
                sent.fill_in(form)
        context["offered_deeds"] = offered
        return super().render_change_form(request, context, *args, **kwargs)

    def deed_view(self, request: HttpRequest, object_id: UUID, deed: str) -> HttpResponseBase:
        """One deed by POST; whoever comes by GET (after logging in again) is led to the record."""
        obj = self.get_object(request, str(object_id))
        chosen = next((known for known in self.deeds if known.name == deed), None)
        if obj is None or chosen is None:
            raise Http404
        if not self.may(request, chosen.permission, obj):
            raise PermissionDenied
        page = self.address_of(obj)
        if request.method == "POST":
            first = ask_first(request, page, deed, timezone.now()) if chosen.needs_fresh_factor else None
            if first is not None:
                return first
            self._do(request, obj, chosen)
        return redirect(page)

    def _do(self, request: HttpRequest, obj: M, deed: Deed) -> None:
        form = deed.form_for(obj, request.POST)
        if not deed.offered(obj):
            self.message_user(request, _("This was already done, or is no longer possible."), messages.WARNING)
        elif form is not None and not form.is_valid():
            said = [str(error) for errors in form.errors.values() for error in errors]
            self.message_user(request, " ".join(said), messages.ERROR)
        else:
            try:
                deed.do(obj, form.cleaned_data if form is not None else {}, actor_of(request), timezone.now())
            except ValidationError as refusal:
                self.message_user(request, " ".join(refusal.messages), messages.ERROR)
            else:
                self.log_change(request, obj, [{"changed": {"fields": [deed.name]}}])
                self.message_user(request, str(deed.done), messages.SUCCESS)

    def actor(self, request: HttpRequest) -> Actor:
        return actor_of(request)

    # The admin's own log: which record, which fields, never their content

    def _log(self, request: HttpRequest, obj: Any, flag: int, message: Any = "") -> LogEntry:
        return LogEntry.objects.create(
            user=cast("User", request.user),
            content_type=ContentType.objects.get_for_model(obj),
            object_id=str(obj.uuid),
            object_repr=str(obj.uuid),
            action_flag=flag,
            change_message=json.dumps(message) if isinstance(message, list) else message,
        )

    def log_addition(self, request: HttpRequest, obj: M, message: Any) -> LogEntry:
        return self._log(request, obj, ADDITION, message)

    def log_change(self, request: HttpRequest, obj: M, message: Any) -> LogEntry:
        return self._log(request, obj, CHANGE, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> list[LogEntry]:
        return [self._log(request, obj, DELETION) for obj in queryset]
