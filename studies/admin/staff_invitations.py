"""Whom an institution asks to work for it."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.staff.deeds import Deed
from studies.institutions.inviting import invite_staff, refuse_known, send_again, withdraw
from studies.institutions.permissions import StaffPermission
from studies.institutions.scoped_admin import InstitutionScopedAdmin
from studies.models import AppointmentRole, Institution, StaffInvitation


def _is_open(invitation: StaffInvitation) -> bool:
    return invitation.accepted_at is None and invitation.withdrawn_at is None


class InvitationForm(forms.ModelForm):  # type: ignore[type-arg]
    """By mail address: whether it has an account shows only to whoever reads its mail."""

    mail = forms.EmailField(
        label=_("Mail address"),
        help_text=_("One that only this person reads. Without an account, they can open one by the link of the mail."),
    )
    institution = forms.ModelChoiceField(label=_("Institution"), queryset=Institution.objects.none())
    role = forms.TypedChoiceField(label=_("Role"), choices=AppointmentRole.choices, coerce=AppointmentRole)
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)

    class Meta:
        model = StaffInvitation
        fields = ["mail"]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if {"institution", "role", "mail"} <= said.keys():
            refuse_known(said["institution"], said["role"], said["mail"], timezone.now())
        return said


class AnswerFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("not answered yet")), ("accepted", _("accepted")), ("withdrawn", _("withdrawn"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "open":
                return queryset.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
            case "accepted":
                return queryset.filter(accepted_at__isnull=False)
            case "withdrawn":
                return queryset.filter(withdrawn_at__isnull=False)
        return queryset


@admin.register(StaffInvitation)
class StaffInvitationAdmin(InstitutionScopedAdmin[StaffInvitation]):
    purpose = _("Whom you ask to work for your institution. They accept by the link of a mail, within 14 days.")
    saves_need_fresh_factor = True
    form = InvitationForm
    list_display = ["mail", "role_in_words", "institution", "state", "invited_at", "expires_at"]
    list_filter = [AnswerFilter]
    list_select_related = ["accepted_by"]
    search_fields = ["mail"]
    search_help_text = _("Mail address.")
    ordering = ["-invited_at", "-pk"]
    deeds = (
        Deed(
            name="again",
            permission=StaffPermission.INVITE,
            label=_("Send it again"),
            explanation=_("A new mail, whose link works for 14 days. The link of the mail before works no more."),
            done=_("The invitation was sent again."),
            offered=_is_open,
            carry_out=send_again,
            needs_fresh_factor=True,
        ),
        Deed(
            name="withdraw",
            permission=StaffPermission.END_INVITATION,
            label=_("Withdraw"),
            explanation=_("The link of the mail works no more."),
            done=_("The invitation is withdrawn."),
            offered=_is_open,
            carry_out=withdraw,
            is_quiet=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[StaffInvitation]:
        """An invitation names its institution by its UUID."""
        seen = self.institutions(request, self.permission("view"))
        own = Institution.objects.filter(pk__in=seen)
        named = own.filter(uuid=OuterRef("subject")).values("name")[:1]
        found = StaffInvitation.objects.filter(subject__in=own.values("uuid"))
        return found.annotate(institution_name=Subquery(named))

    def institution_of(self, obj: Model) -> int:
        subject = obj.subject  # type: ignore[attr-defined]
        return Institution.objects.values_list("pk", flat=True).get(uuid=subject)

    def get_fields(self, request: HttpRequest, obj: StaffInvitation | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("mail", "institution", "role", "language")
        return ("mail", "role_in_words", "institution", "state", "invited_at", "expires_at", "accepted_by")

    def get_readonly_fields(self, request: HttpRequest, obj: StaffInvitation | None = None) -> tuple[str, ...]:
        return () if obj is None else self.get_fields(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if obj is not None:
            return form
        own = Institution.objects.filter(pk__in=self.institutions(request, StaffPermission.INVITE))
        choice = forms.ModelChoiceField(label=_("Institution"), queryset=own)
        if len(own) == 1:  # nobody is asked what has one answer
            choice.initial, choice.empty_label = own[0], None
        return type("OwnInvitationForm", (form,), {"institution": choice})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"language": getattr(request.user, "language", settings.LANGUAGE_CODE)}

    def has_change_permission(self, request: HttpRequest, obj: StaffInvitation | None = None) -> bool:
        """Only by the buttons."""
        return False

    @admin.display(description=_("role"), ordering="place")
    def role_in_words(self, invitation: StaffInvitation) -> str:
        return str(invitation.role.label)

    @admin.display(description=_("institution"))
    def institution(self, invitation: StaffInvitation) -> str:
        name: str = invitation.institution_name  # type: ignore[attr-defined] # annotated
        return name

    @admin.display(description=_("state"))
    def state(self, invitation: StaffInvitation) -> str:
        if invitation.accepted_at is not None:
            return str(_("accepted"))
        if invitation.withdrawn_at is not None:
            return str(_("withdrawn"))
        return str(_("not answered yet") if invitation.expires_at > timezone.now() else _("not answered in time"))

    def show_or_save(self, request: HttpRequest, object_id: str | None, *args: Any, **kwargs: Any) -> Any:
        """Without Django's transaction: a mail is sent, and nothing is locked while it goes."""
        return self._changeform_view(request, object_id, *args, **kwargs)  # type: ignore[attr-defined] # Django's

    def response_add(
        self, request: HttpRequest, obj: StaffInvitation, post_url_continue: str | None = None
    ) -> HttpResponse:
        self.message_user(request, _("The invitation was sent."), messages.SUCCESS)
        return redirect(self.address_of(obj))

    def save_model(self, request: HttpRequest, obj: StaffInvitation, form: Any, change: bool) -> None:
        said = form.cleaned_data
        made = invite_staff(
            said["institution"],
            said["role"],
            said["mail"],
            said["language"],
            self.actor(request),
            timezone.now(),
        )
        obj.pk, obj.uuid = made.pk, made.uuid
