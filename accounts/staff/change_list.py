"""Lists of the admin: addresses carry UUIDs, and what was searched for stays out of them."""

from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst

_SEARCHES = "staff searches"


def searched_for(request: HttpRequest, model: type[Model]) -> str:
    """The term that this session searches `model` for, or an empty string."""
    return str(request.session.get(_SEARCHES, {}).get(model._meta.label_lower, ""))


def remember_search(request: HttpRequest, model: type[Model], term: str) -> None:
    """Keep the term in the session: an address would end in histories and logs."""
    others = {
        label: kept for label, kept in request.session.get(_SEARCHES, {}).items() if label != model._meta.label_lower
    }
    request.session[_SEARCHES] = others | ({model._meta.label_lower: term} if term else {})


class StaffChangeList(ChangeList):
    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(request, *args)
        self.title = capfirst(str(self.opts.verbose_name_plural))

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        self.query = searched_for(request, self.model)
        return super().get_queryset(request, exclude_parameters)

    def url_for_result(self, result: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[result.uuid])
