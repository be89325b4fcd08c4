"""The patient's payment: the page before it, the way back from the provider, the receipt."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from accounts.sessions.services import actor_of
from portal.patient_login.about import ahead_of
from portal.patient_login.desks import desk_of
from portal.patient_login.steps import CodeEnded, PatientLogin, Step, at_step, code_ended, current
from studies.access import PatientViewer, viewer_of
from studies.access_codes.demands import owes_payment
from studies.access_codes.queries import examined_at
from studies.models import AccessCode

from .providers import payment_provider
from .queries import latest_payment, payment_of_receipt
from .receipt import receipt_of
from .returning import Return, returned
from .services import CannotBegin, NotBegun, begin_payment

REFRESH_SECONDS = 4


@require_http_methods(["GET", "HEAD", "POST"])
@at_step(Step.PAYMENT)
def payment(request: HttpRequest, login: PatientLogin, at: datetime) -> HttpResponse:
    """What is to be paid and why; a button (POST) begins the payment and leads to the provider."""
    provider, ahead = payment_provider(), ahead_of(login, at)
    # Nobody pays for what no token could open.
    is_possible = provider is not None and (ahead is None or ahead.is_possible)
    problem = None if provider is not None else NotBegun.UNAVAILABLE
    if request.method == "POST" and is_possible:
        try:
            begun = begin_payment(login.code, get_language() or "en", actor_of(request), at)
        except CannotBegin as refusal:
            if refusal.reason is NotBegun.NOTHING_OWED:
                return redirect("portal:payment")
            problem = refusal.reason
        else:
            return redirect(begun.checkout_url)
    institution = login.code.request.institution
    context = {
        "code": login.code,
        "institution": institution,
        "examined_at": examined_at(login.code),
        "ahead": ahead,
        "latest": latest_payment(login.code),
        "problem": problem,
        "is_possible": is_possible,
        "desks": [desk_of(institution)],
    }
    with timezone.override(ZoneInfo(institution.time_zone)):
        response = render(request, "portal/checkout/payment.html", context)
    if provider is not None and provider.form_targets:
        # The button's answer leads there, and browsers hold that against this page's form-action.
        response._csp_update = {"form-action": list(provider.form_targets)}  # type: ignore[attr-defined]
    return response


@require_safe
def payment_return(request: HttpRequest) -> HttpResponse:
    """Back from the provider: it is asked what came of the payment; until it knows, the page asks again by itself.

    Nothing in the address counts. Who came back in another browser has no login here and is told to come in again.
    """
    at = timezone.now()
    try:
        login = current(request, at)
    except CodeEnded:
        return code_ended(request)
    if login is None:
        if isinstance(viewer_of(request, at), PatientViewer):
            return redirect("portal:request")
        return render(request, "portal/checkout/elsewhere.html")
    payment = latest_payment(login.code)
    if payment is None and owes_payment(login.code):
        return redirect("portal:payment")
    outcome = returned(login.code, payment, at)
    context = {
        "outcome": outcome.value,
        "has_receipt": payment_of_receipt(login.code) is not None,
        "desks": [desk_of(login.code.request.institution)],
    }
    response = render(request, "portal/checkout/returned.html", context)
    if outcome in (Return.WAITING, Return.UNKNOWN):
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    """The receipt of what was paid for the code of this browser's login, as PDF."""
    code = _own_code(request, timezone.now())
    paid = payment_of_receipt(code) if code is not None else None
    if paid is None:
        raise Http404
    pdf = receipt_of(paid, get_language() or "en")
    name = f'attachment; filename="{paid.reference}.pdf"'
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": name})


def _own_code(request: HttpRequest, at: datetime) -> AccessCode | None:
    """The code of the session, or of the half-finished login; None where it opens nothing any more."""
    viewer = viewer_of(request, at)
    if isinstance(viewer, PatientViewer):
        return viewer.code
    try:
        login = current(request, at)
    except CodeEnded:
        return None
    return login.code if login is not None else None
