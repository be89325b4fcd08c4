"""The page of the demo's provider. It is there only while PAYMENT_URL names that provider."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.models import PlayedOutcome, PlayedPayment

from .local import Local, decide
from .providers import payment_provider


@require_http_methods(["GET", "HEAD", "POST"])
def local_payment(request: HttpRequest, payment: UUID) -> HttpResponse:
    """Play how a payment goes, and go back to the portal as a payer does."""
    if not isinstance(payment_provider(), Local):
        raise Http404
    played = get_object_or_404(PlayedPayment, uuid=payment)
    words = _words()
    if request.method == "POST":
        chosen = request.POST.get("outcome", "")
        if chosen in words:
            decide(played, PlayedOutcome(chosen), timezone.now())
        return redirect(played.return_url)
    is_open = played.outcome == PlayedOutcome.OPEN
    context = {
        "played": played,
        "outcomes": list(words.items()) if is_open else [],
        "operator": settings.OPERATOR_NAME,
    }
    return render(request, "portal/checkout/local.html", context)


def _words() -> dict[str, str]:
    return {
        PlayedOutcome.PAID.value: _("Pay"),
        PlayedOutcome.LATE.value: _("Pay, but the word of it comes late"),
        PlayedOutcome.FAILED.value: _("Let the payment fail"),
        PlayedOutcome.CANCELLED.value: _("Cancel"),
        PlayedOutcome.EXPIRED.value: _("Let it expire"),
    }
