"""The service desk's two queues: who asks for an account, and which numbers are claimed. Oldest first."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import ClaimState, IdentifierClaim, Registration, RegistrationState
from accounts.registration import claims, deciding
from accounts.registration.facts import claimant_name, facts_of, facts_of_number
from accounts.staff.change_list import searched_for
from accounts.staff.deeds import Deed, DeedForm
from accounts.staff.model_admin import StaffAdmin

DECIDE = "accounts.change_registration"
DECIDE_NUMBER = "accounts.change_identifierclaim"


class QueueFilter(admin.SimpleListFilter):
    """A state; without a choice it is what waits, unless something is searched for. Subclasses say which is which."""

    title = _("state")
    parameter_name = "state"
    waits = Q()
    states: list[tuple[str, Any]] = []

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*self.states, ("all", _("all"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if chosen in {state for state, _label in self.states}:
            return queryset.filter(state=chosen)
        if chosen == "all" or searched_for(request, queryset.model):
            return queryset
        return queryset.filter(self.waits)

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("to be decided")}
        yield from others


class RegistrationFilter(QueueFilter):
    waits = Q(state__in=deciding.OPEN)
    states = list(RegistrationState.choices)


class ClaimFilter(QueueFilter):
    waits = Q(state=ClaimState.WAITING)
    states = list(ClaimState.choices)


class QuestionForm(DeedForm):
    """What the applicant is asked."""

    question = forms.CharField(
        label=_("Question"),
        help_text=_("The applicant reads and answers it after logging in. The mail only says that there is one."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RefusalForm(DeedForm):
    """Why, for whoever is refused."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Whoever asked reads it after logging in. Say what can be done about it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def filled_fields(names: Sequence[str], record: Any) -> tuple[str, ...]:
    """The fields that say something: nobody reads through rows of dashes."""
    return tuple(name for name in names if getattr(record, name, True))


@admin.register(Registration)
class RegistrationAdmin(StaffAdmin[Registration]):
    purpose = _("Who asks for an account. Compare what was said with the public register, then decide.")
    change_form_template = "accounts/registration/desk_registration.html"
    list_display = ["name", "profession", "country", "mail", "stands", "asked_at"]
    list_filter = [RegistrationFilter, "profession"]
    search_fields = ["mail", "first_name", "last_name", "claims__value"]
    search_help_text = _("Name, mail address or number of a register.")
    ordering = ["asked_at", "pk"]
    readonly_fields = (
        "name",
        "profession",
        "speciality",
        "country",
        "practice",
        "language",
        "stands",
        "asked_at",
        "mail_confirmed_at",
        "phone_confirmed_at",
        "question",
        "answer",
        "reason",
        "decided_at",
    )
    deeds = (
        Deed(
            name="approve",
            permission=DECIDE,
            label=_("Approve"),
            explanation=_(
                "The physician is verified with the numbers above. Requests that name them are shown at once, also "
                "those of years ago."
            ),
            done=_("The registration is approved and the applicant is told."),
            offered=lambda registration: registration.state in deciding.OPEN,
            carry_out=deciding.approve,
            needs_fresh_factor=True,
        ),
        Deed(
            name="ask",
            permission=DECIDE,
            label=_("Ask"),
            explanation=_("Something is not clear? The registration comes back to this list with the answer."),
            done=_("The question was sent."),
            offered=lambda registration: registration.state in deciding.OPEN,
            form=QuestionForm,
            filled=lambda registration, filled, actor, at: deciding.ask_applicant(
                registration, filled["question"], actor, at
            ),
            is_quiet=True,
        ),
        Deed(
            name="refuse",
            permission=DECIDE,
            label=_("Refuse"),
            explanation=_("The account stays, so that the reason can be read; it sees no study."),
            done=_("The registration is refused and the applicant is told."),
            offered=lambda registration: registration.state in deciding.OPEN,
            form=RefusalForm,
            filled=lambda registration, filled, actor, at: deciding.refuse(registration, filled["reason"], actor, at),
            is_quiet=True,
        ),
        Deed(
            name="take_up",
            permission=DECIDE,
            label=_("Take up again"),
            explanation=_("It was refused in error, or has been made good since: it waits in this list once more."),
            done=_("The registration waits to be decided."),
            offered=lambda registration: registration.state == RegistrationState.REFUSED,
            carry_out=deciding.take_up_again,
            is_quiet=True,
        ),
    )

    def get_fields(self, request: HttpRequest, obj: Registration | None = None) -> tuple[str, ...]:
        return filled_fields(self.readonly_fields, obj)

    def waiting(self, request: HttpRequest) -> int:
        return Registration.objects.filter(state=RegistrationState.WAITING).count()

    def has_change_permission(self, request: HttpRequest, obj: Registration | None = None) -> bool:
        """Only by the buttons."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        registration = kwargs.get("obj")
        context["facts"] = facts_of(registration) if registration is not None else None
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("name"), ordering="last_name")
    def name(self, registration: Registration) -> str:
        parts = (registration.title, registration.first_name, registration.last_name)
        return " ".join(part for part in parts if part)

    @admin.display(description=_("state"), ordering="state")
    def stands(self, registration: Registration) -> str:
        if registration.is_known:
            return str(_("the address has an account already"))
        return registration.get_state_display()


@admin.register(IdentifierClaim)
class ClaimAdmin(StaffAdmin[IdentifierClaim]):
    purpose = _("Numbers that somebody says are theirs. Nothing changes until you accept one.")
    change_form_template = "accounts/registration/desk_claim.html"
    list_display = ["value", "kind", "country", "claimant", "of_a_registration", "state", "claimed_at"]
    list_filter = [ClaimFilter, "kind"]
    list_select_related = ["physician__user", "registration"]
    search_fields = ["value", "physician__user__last_name", "registration__last_name"]
    search_help_text = _("Number or name.")
    ordering = ["claimed_at", "pk"]
    readonly_fields = (
        "claimant",
        "kind",
        "value",
        "country",
        "corrects",
        "state",
        "reason",
        "claimed_at",
        "decided_at",
    )
    deeds = (
        Deed(
            name="accept",
            permission=DECIDE_NUMBER,
            label=_("Accept this number"),
            explanation=_("It is the physician's from now on, in the place of the one it corrects if it names one."),
            done=_("The number is accepted and the physician is told."),
            offered=lambda claim: claim.state == ClaimState.WAITING and claim.physician is not None,
            carry_out=claims.accept_claim,
            needs_fresh_factor=True,
        ),
        Deed(
            name="refuse",
            permission=DECIDE_NUMBER,
            label=_("Refuse this number"),
            explanation=_(
                "Nothing changes for the physician. The other numbers of a registration can be approved then."
            ),
            done=_("The number is refused."),
            offered=lambda claim: claim.state == ClaimState.WAITING,
            form=RefusalForm,
            filled=lambda claim, filled, actor, at: claims.refuse_claim(claim, filled["reason"], actor, at),
            is_quiet=True,
        ),
    )

    def get_fields(self, request: HttpRequest, obj: IdentifierClaim | None = None) -> tuple[str, ...]:
        return filled_fields(self.readonly_fields, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[IdentifierClaim]:
        """Without what nobody confirmed."""
        return super().get_queryset(request).exclude(registration__state=RegistrationState.MAIL)

    def waiting(self, request: HttpRequest) -> int:
        """Those of registrations are decided there."""
        return IdentifierClaim.objects.filter(state=ClaimState.WAITING, physician__isnull=False).count()

    def has_change_permission(self, request: HttpRequest, obj: IdentifierClaim | None = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        claim = kwargs.get("obj")
        context["numbers"] = [facts_of_number(claim)] if claim is not None else []
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("who says so"))
    def claimant(self, claim: IdentifierClaim) -> str:
        return claimant_name(claim)

    @admin.display(description=_("registration"))
    def of_a_registration(self, claim: IdentifierClaim) -> str:
        return str(_("yes") if claim.registration_id is not None else _("no"))

    @admin.display(description=_("corrects"))
    def corrects(self, claim: IdentifierClaim) -> str:
        return str(claim.replaces or "-")
