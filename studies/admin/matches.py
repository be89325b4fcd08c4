"""Undoing a match that is wrong: on one request by its institution, on many by the service desk, who sees counts."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import Actor
from accounts.staff.deeds import Deed, ReasonForm
from accounts.staff.model_admin import StaffAdmin
from studies.institutions.permissions import StaffPermission
from studies.models import Institution, MatchedNumber, Participant, Request
from studies.participants.queries import (
    Carried,
    carried_at,
    carrying_number,
    is_being_matched,
    matched_on,
    undone_on,
)
from studies.participants.unmatching import take_back, take_back_all, unmatch, unmatch_all


class MatchedForm(ReasonForm):
    """Whose match is undone, of those on a request."""

    number = forms.ChoiceField(label=_("Who it is not"))
    field_order = ["number", "reason"]

    def __init__(self, record: Request, *args: Any, **kwargs: Any) -> None:
        super().__init__(record, *args, **kwargs)
        self.found = self.among(record)
        self.fields["number"].choices = [(key, _whose(named)) for key, named in self.found.items()]  # type: ignore[attr-defined]

    def among(self, record: Request) -> dict[str, Participant]:
        return matched_on(record)

    def clean_number(self) -> Participant:
        return self.found[self.cleaned_data["number"]]


class UndoneForm(MatchedForm):
    number = forms.ChoiceField(label=_("Whose number counts again"))

    def among(self, record: Request) -> dict[str, Participant]:
        return undone_on(record)


def _whose(participant: Participant) -> str:
    """`Dr Lena Dubois, named as L. Dubois, 1-00123-45-004`; who is not matched, as named alone."""
    who = participant.name_as_it_came
    if participant.physician is not None:
        named = gettext("%(physician)s, named as %(name)s")
        who = named % {"physician": participant.physician, "name": participant.name_as_it_came}
    return f"{who}, {participant.identifier}" if participant.digits else who


def _unmatch(_request: Request, cleaned: dict[str, Any], actor: Actor, at: datetime) -> None:
    unmatch(cleaned["number"], cleaned["reason"], actor, at)


def _take_back(_request: Request, cleaned: dict[str, Any], actor: Actor, at: datetime) -> None:
    take_back(cleaned["number"], cleaned["reason"], actor, at)


# Of a request, by its institution.
MATCH_DEEDS = (
    Deed(
        name="unmatch",
        permission=StaffPermission.UNDO_MATCH,
        label=_("Undo a match"),
        explanation=_(
            "Somebody who has this number is shown this request, and is not who is meant. It leaves that list at once, "
            "and does not come back with the next delivery."
        ),
        done=_("The match is undone."),
        offered=lambda request: bool(matched_on(request)),
        form=MatchedForm,
        filled=_unmatch,
        is_quiet=True,
    ),
    Deed(
        name="take-back",
        permission=StaffPermission.UNDO_MATCH,
        label=_("Let the number count again"),
        explanation=_("Whoever has this number is shown this request again."),
        done=_("The number counts again."),
        offered=lambda request: bool(undone_on(request)),
        form=UndoneForm,
        filled=_take_back,
        is_quiet=True,
        needs_fresh_factor=True,
    ),
)


class MatchedAtForm(ReasonForm):
    """At which institution the matches of a number are undone."""

    institution = forms.ChoiceField(label=_("Institution"))
    field_order = ["institution", "reason"]

    def __init__(self, record: MatchedNumber, *args: Any, **kwargs: Any) -> None:
        super().__init__(record, *args, **kwargs)
        carried = [(each.institution, _at_one(each)) for each in carried_at(record) if self.counts(each)]
        self.fields["institution"].choices = carried  # type: ignore[attr-defined]

    def counts(self, carried: Carried) -> int:
        return carried.matched

    def clean_institution(self) -> Institution:
        return Institution.objects.get(uuid=self.cleaned_data["institution"])


class UndoneAtForm(MatchedAtForm):
    def counts(self, carried: Carried) -> int:
        return carried.undone


def _at_one(carried: Carried) -> str:
    """`AZ Sint-Example: 1240 requests, 2 undone`."""
    said = ngettext("%(count)d request", "%(count)d requests", carried.matched) % {"count": carried.matched}
    if carried.undone:
        said += gettext(", %(count)d undone") % {"count": carried.undone}
    return f"{carried.name}: {said}"


def _unmatch_all(number: MatchedNumber, cleaned: dict[str, Any], actor: Actor, at: datetime) -> None:
    unmatch_all(number, cleaned["institution"], cleaned["reason"], actor, at)


def _take_back_all(number: MatchedNumber, cleaned: dict[str, Any], actor: Actor, at: datetime) -> None:
    take_back_all(number, cleaned["institution"], cleaned["reason"], actor, at)


@admin.register(MatchedNumber)
class MatchedNumberAdmin(StaffAdmin[MatchedNumber]):
    purpose = _("On how many requests of which institutions a number stands. Undo what was matched in error.")
    list_display = ["value", "kind", "physician"]
    list_filter = ["kind"]
    list_select_related = ["physician__user"]
    search_fields = ["value", "physician__user__last_name", "physician__user__username"]
    search_help_text = _("Number, name or mail address.")
    ordering = ["kind", "value"]
    readonly_fields = ("value", "kind", "physician", "where")
    fields = readonly_fields
    deeds = (
        Deed(
            name="unmatch",
            permission=StaffPermission.UNDO_MATCHES,
            label=_("Undo the matches of one institution"),
            explanation=_(
                "Its requests up to now are no longer this physician's. Those that come later are, unless the number "
                "is taken away."
            ),
            done=_("The matches are undone. Where there are many, lists follow within a minute."),
            offered=lambda number: carrying_number(number).filter(physician__isnull=False).exists(),
            form=MatchedAtForm,
            filled=_unmatch_all,
            is_quiet=True,
        ),
        Deed(
            name="take-back",
            permission=StaffPermission.UNDO_MATCHES,
            label=_("Let the number count again"),
            explanation=_("Every match of this number that was undone at one institution counts again."),
            done=_("The number counts again. Where there are many requests, lists follow within a minute."),
            offered=lambda number: carrying_number(number).filter(unmatched_at__isnull=False).exists(),
            form=UndoneAtForm,
            filled=_take_back_all,
            is_quiet=True,
            needs_fresh_factor=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[MatchedNumber]:
        return super().get_queryset(request).select_related("physician__user")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: MatchedNumber | None = None) -> bool:
        """Only by the buttons."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: MatchedNumber | None = None) -> bool:
        return False

    @admin.display(description=_("on requests of"))
    def where(self, number: MatchedNumber) -> SafeString | str:
        lines = [(_at_one(each),) for each in carried_at(number)]
        if is_being_matched(number):
            lines.append((gettext("Requests with this number are being linked right now."),))
        if not lines:
            return gettext("No request carries this number.")
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", lines))
