"""Codes that were given out with a price: who has not paid yet, paid at the desk, or need not pay."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.money import in_words
from accounts.staff.deeds import Deed
from portal.checkout.services import pay_at_desk, waive
from portal.models import OwingCode
from studies.access_codes.demands import owes_payment
from studies.admin.filters import InstitutionFilter
from studies.institutions.permissions import StaffPermission
from studies.institutions.scoped_admin import InstitutionScopedAdmin

from .filters import OwedFilter


@admin.register(OwingCode)
class OwingCodeAdmin(InstitutionScopedAdmin[OwingCode]):
    purpose = _("Codes that cost something. Note what was paid at the desk, or let somebody in without paying.")
    institution_path = "request__institution"
    list_display = ["label", "patient", "price", "issued_at", "state"]
    list_filter = [OwedFilter, InstitutionFilter]
    list_select_related = ["request__patient", "request__institution"]
    search_fields = ["request__accession_number", "request__patient__name_alphabetic", "request__patient__patient_id"]
    search_help_text = _("Accession number, patient's name or id.")
    ordering = ["-issued_at", "-pk"]
    readonly_fields = ("label", "patient", "price", "issued_at", "expires_at", "state", "settled_at")
    fields = readonly_fields
    deeds = (
        Deed(
            name="paid",
            permission=StaffPermission.SETTLE_CODE,
            label=_("Paid at the desk"),
            explanation=_(
                "You have received the price. The patient can come in with this code, and has a receipt there."
            ),
            done=_("Noted as paid."),
            offered=owes_payment,
            carry_out=pay_at_desk,
        ),
        Deed(
            name="waive",
            permission=StaffPermission.SETTLE_CODE,
            label=_("Let in without paying"),
            explanation=_("Nothing is asked for this examination any more."),
            done=_("Nothing is owed any more."),
            offered=owes_payment,
            because=waive,
            is_quiet=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[OwingCode]:
        return super().get_queryset(request).filter(price_minor__gt=0).defer("mac", "key_id")

    def name_of(self, obj: OwingCode) -> str:
        return f"{obj.request} · {obj.request.patient.list_name}"

    @admin.display(description=_("request"), ordering="request__accession_number")
    def label(self, code: OwingCode) -> str:
        return str(code.request)

    @admin.display(description=_("patient"), ordering="request__patient__name_alphabetic")
    def patient(self, code: OwingCode) -> str:
        return code.request.patient.list_name

    @admin.display(description=_("price"), ordering="price_minor")
    def price(self, code: OwingCode) -> str:
        return in_words(code.price_minor, code.price_currency, get_language() or "en")

    @admin.display(description=_("state"), ordering="settled_at")
    def state(self, code: OwingCode) -> str:
        return gettext("to be paid") if owes_payment(code) else gettext("nothing owed")
