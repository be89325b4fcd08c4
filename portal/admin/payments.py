"""Every payment of the institution with its movements of money: to look at, to give back, to decide about access."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import Actor
from accounts.money import in_words
from accounts.staff.deeds import Deed
from accounts.staff.words import column
from portal.checkout import refunds
from portal.checkout.services import clear_flag, end_access, restore_access
from portal.models import LedgerEntry, Payment, Refund
from studies.access_codes.demands import owes_payment
from studies.admin.filters import InstitutionFilter
from studies.institutions.permissions import StaffPermission
from studies.institutions.scoped_admin import InstitutionScopedAdmin, ScopedInline

from .filters import BegunFilter, PaymentFlagFilter
from .forms import RefundForm


class MovementInline(ScopedInline):
    model = LedgerEntry
    permission = StaffPermission.VIEW_PAYMENTS
    readonly_fields = ("at", "kind", "amount")
    fields = readonly_fields
    ordering = ["at", "pk"]

    @admin.display(description=_("amount"))
    def amount(self, entry: LedgerEntry) -> str:
        return in_words(entry.amount_minor, entry.currency, get_language() or "en")


class RefundInline(ScopedInline):
    model = Refund
    permission = StaffPermission.VIEW_PAYMENTS
    readonly_fields = ("asked_at", "amount", "reason", "outcome")
    fields = readonly_fields
    ordering = ["asked_at", "pk"]

    @admin.display(description=_("amount"))
    def amount(self, refund: Refund) -> str:
        return in_words(refund.amount_minor, refund.payment.currency, get_language() or "en")

    @admin.display(description=_("outcome"))
    def outcome(self, refund: Refund) -> str:
        if refund.refused_at is not None:
            return gettext("refused by the provider")
        return gettext("given back") if refund.event else gettext("on its way")


def _refund(payment: Payment, cleaned: dict[str, Any], actor: Actor, at: datetime) -> None:
    wanted = refunds.refund(payment, cleaned["as_wish"], actor, at)
    if wanted.refused_at is not None:
        raise ValidationError(_("The provider refuses to give this back. Look at the payment there."))


def _is_in_free(payment: Payment) -> bool:
    """Whether money came for this payment and its patient is let in."""
    return payment.code is not None and payment.settled_at is not None and not owes_payment(payment.code)


def _is_kept_out(payment: Payment) -> bool:
    return payment.code is not None and payment.settled_at is not None and owes_payment(payment.code)


@admin.register(Payment)
class PaymentAdmin(InstitutionScopedAdmin[Payment]):
    purpose = _("Every payment, what became of it, and giving money back.")
    list_display = ["reference", "patient", "amount", "kept", "status", "begun_at", "flag", "institution"]
    list_filter = ["status", PaymentFlagFilter, BegunFilter, "provider", InstitutionFilter]
    list_select_related = ["code__request__patient", "institution"]
    search_fields = [
        "reference",
        "code__request__accession_number",
        "code__request__patient__name_alphabetic",
        "code__request__patient__patient_id",
    ]
    search_help_text = _("Reference on the bank statement, accession number, patient's name or id.")
    ordering = ["-begun_at", "-pk"]
    readonly_fields = (
        "reference",
        "status",
        "flag",
        "amount",
        "kept",
        "access",
        "request_link",
        "patient",
        "institution",
        "provider",
        "provider_id",
        "begun_at",
        "changed_at",
        "settled_at",
    )
    fields = readonly_fields
    inlines = [MovementInline, RefundInline]
    deeds = (
        Deed(
            name="refund",
            permission=StaffPermission.REFUND_PAYMENT,
            label=_("Give back"),
            explanation=_("All or part of what is held. Access stays, unless you end it here."),
            done=_("The money goes back. The list of refunds below says when it is done."),
            offered=lambda payment: refunds.refundable(payment) > 0,
            form=RefundForm,
            filled=_refund,
            needs_fresh_factor=True,
        ),
        Deed(
            name="end-access",
            permission=StaffPermission.DECIDE_ACCESS,
            label=_("End access"),
            explanation=_("The price is owed again, and whoever is in with a code of this examination is out."),
            done=_("Access has ended."),
            offered=_is_in_free,
            carry_out=end_access,
            is_quiet=True,
        ),
        Deed(
            name="restore-access",
            permission=StaffPermission.DECIDE_ACCESS,
            label=_("Let in again"),
            explanation=_("Nothing is owed for this examination, whatever became of the money."),
            done=_("The patient can come in again."),
            offered=_is_kept_out,
            carry_out=restore_access,
            is_quiet=True,
        ),
        Deed(
            name="seen",
            permission=StaffPermission.DECIDE_ACCESS,
            label=_("I have looked at this"),
            explanation=_("Takes the flag away. Nothing else changes."),
            done=_("The flag is gone."),
            offered=lambda payment: bool(payment.flag),
            carry_out=clear_flag,
            is_quiet=True,
        ),
    )
    begun_at = column("begun_at", _("begun on"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Payment]:
        """With what is held of each, in its own currency."""
        own = Q(entries__currency=F("currency"))
        found = super().get_queryset(request).select_related("code__request__patient", "institution")
        return found.annotate(held_minor=Coalesce(Sum("entries__amount_minor", filter=own), 0))

    def waiting(self, request: HttpRequest) -> int:
        return self.get_queryset(request).exclude(flag="").count()

    def name_of(self, obj: Payment) -> str:
        return obj.reference

    @admin.display(description=_("patient"))
    def patient(self, payment: Payment) -> str:
        return payment.code.request.patient.list_name if payment.code is not None else gettext("the code is deleted")

    @admin.display(description=_("request"))
    def request_link(self, payment: Payment) -> SafeString | str:
        if payment.code is None:
            return ""
        address = reverse("admin:studies_request_change", args=[payment.code.request.uuid])
        return format_html('<a href="{}">{}</a>', address, payment.code.request)

    @admin.display(description=_("amount"), ordering="amount_minor")
    def amount(self, payment: Payment) -> str:
        return in_words(payment.amount_minor, payment.currency, get_language() or "en")

    @admin.display(description=_("held"), ordering="held_minor")
    def kept(self, payment: Any) -> str:
        return in_words(payment.held_minor, payment.currency, get_language() or "en")

    @admin.display(description=_("access"))
    def access(self, payment: Payment) -> str:
        if payment.code is None:
            return gettext("none: the code is deleted")
        return gettext("to be paid first") if owes_payment(payment.code) else gettext("open")
