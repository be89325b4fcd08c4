"""Records that are saved by a second press: the first one shows, on the same page, what the change would mean.

No script is needed. The page carries a digest of the values that it was made with, so that a change by somebody else
in the meantime is noticed and told; the preview's button carries one of the values that it is about, so that what is
saved is what was shown.
"""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import AuditEvent
from studies.institutions import history
from studies.institutions.scoped_admin import InstitutionScopedAdmin

M = TypeVar("M", bound=Model)

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
else:
    _ModelForm = forms.ModelForm

SEEN, CONFIRMED = "seen", "confirmed"


class Stage(StrEnum):
    """Where a form stands. The template has words for each."""

    FILLING_IN = "filling_in"
    PREVIEWED = "previewed"  # what it would mean is on the page; its button saves
    ALTERED = "altered"  # the same, after the preview before was about something else
    OVERTAKEN = "overtaken"  # the same, after somebody else changed the record


class PreviewedForm(_ModelForm):
    """A form whose sender sees what it means before it is saved: valid only once that was confirmed."""

    stage = Stage.FILLING_IN

    def is_valid(self) -> bool:
        if not super().is_valid():
            return False
        if not self.is_new and not self.has_changed():
            return True
        self.stage = self._stage()
        return self.stage is Stage.FILLING_IN

    def _stage(self) -> Stage:
        """FILLING_IN once nothing is left to show."""
        confirmed = self.data.get(CONFIRMED, "")
        if not self.is_new and self.data.get(SEEN) != self.seen:
            return Stage.OVERTAKEN
        if not confirmed:
            return Stage.PREVIEWED
        return Stage.FILLING_IN if confirmed == self.wanted else Stage.ALTERED

    @property
    def is_new(self) -> bool:
        return self.instance.pk is None

    @property
    def seen(self) -> str:
        """Of the values that the record has, as this page shows them."""
        return _digest(self.initial)

    @property
    def wanted(self) -> str:
        """Of the values that would be saved, in the place of those."""
        return _digest({SEEN: self.seen} | self.cleaned_data)


def _digest(values: Mapping[str, Any]) -> str:
    words = json.dumps({name: str(value) for name, value in values.items()}, sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()


class PreviewedAdmin(InstitutionScopedAdmin[M]):
    """`preview_of` says what a record means, as stored or as somebody would have it; the template shows it."""

    change_form_template = add_form_template = "admin/studies/previewed_form.html"
    object_history_template = "admin/studies/changes.html"
    changes_per_page = 50

    def preview_of(self, obj: M, form: PreviewedForm) -> dict[str, Any]:
        """What the template asks for about this record: as it is stored, or as `form` would have it."""
        raise NotImplementedError

    def changes(self, obj: M) -> QuerySet[AuditEvent]:
        """The audit rows that are this record's history."""
        raise NotImplementedError

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        form = context["adminform"].form
        is_shown = isinstance(form, PreviewedForm) and (form.stage is not Stage.FILLING_IN or self._is_stored(form))
        context |= {"preview": self.preview_of(form.instance, form) if is_shown else None, "save_label": ""}
        if isinstance(form, PreviewedForm):
            context["save_label"] = _("See what this means")
            if form.stage is Stage.OVERTAKEN:
                context["overtaken_by"] = history.in_words(self.changes(form.instance)[:1])
            if form.stage is not Stage.FILLING_IN:
                context["title"] = _("Before you save")
        return super().render_change_form(request, context, *args, **kwargs)

    def _is_stored(self, form: PreviewedForm) -> bool:
        """Whether the form's record is as it is stored, not as somebody's faulty form would have it."""
        return not form.is_new and not form.is_bound

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every change in words, newest first, instead of the admin's own log."""
        obj = self.get_object(request, object_id)
        if obj is None or not self.has_view_permission(request, obj):
            raise Http404
        page = Paginator(self.changes(obj), self.changes_per_page).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Changes of policy and settings"),
            "module_name": str(capfirst(self.opts.verbose_name_plural)),
            "object": obj,
            "opts": self.opts,
            "page": page,
            "changes": history.in_words(page.object_list),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)
