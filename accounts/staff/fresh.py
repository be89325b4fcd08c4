"""Sensitive deeds and forms, which ask for a second factor again.

What was sent without a fresh one is kept in the session while the factor is asked for. The way back leads to the
record's page, where everything that was filled in stands again and one more press does it: a GET never does.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext

from accounts.login.again import ask_again, is_fresh

_KEPT = "staff sent without a fresh factor"
_LONGEST = 16_384  # what is longer is typed again
KEPT_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Sent:
    """What was sent from a page: by the deed's name, or "" for the record's own form."""

    name: str
    data: QueryDict

    def fill_in(self, form: forms.BaseForm) -> None:
        """Show it in a form that was not sent."""
        for name, field in form.fields.items():
            form.initial[name] = field.widget.value_from_datadict(self.data, {}, form.add_prefix(name))


def ask_first(request: HttpRequest, page: str, name: str, at: datetime) -> HttpResponse | None:
    """To the page that asks for the factor and leads back to `page`; None when one was given within ten minutes."""
    if is_fresh(request, at):
        return None
    data = request.POST.copy()
    data.pop("csrfmiddlewaretoken", None)
    text = data.urlencode()
    request.session[_KEPT] = {
        "page": page,
        "name": name,
        "data": text if len(text) <= _LONGEST else "",
        "until": (at + KEPT_FOR).isoformat(),
    }
    return ask_again(page)


def sent_before(request: HttpRequest, page: str, at: datetime) -> Sent | None:
    """What was sent from this page before the factor was given, once; it says that one more press is wanted."""
    kept: dict[str, Any] = request.session.get(_KEPT, {})
    if kept.get("page") != page:
        return None
    del request.session[_KEPT]
    if not is_fresh(request, at) or datetime.fromisoformat(kept["until"]) <= at:
        return None
    messages.warning(request, gettext("Thank you, it is really you. Please press again."))
    return Sent(kept["name"], QueryDict(kept["data"]))
