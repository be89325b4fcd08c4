"""The numbers by which hospitals know somebody: asked for here, noted by the service desk."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.account.forms import NumberForm
from accounts.login.again import account_required
from accounts.models import ClaimState, IdentifierClaim, Physician
from accounts.registration.claims import claim_identifier, withdraw_claim
from accounts.registration.queries import waiting_claims_of
from accounts.sessions.services import actor_of

from .person import person

SHOWN = 10  # of those that were decided
_NOT_DECIDED = (ClaimState.WAITING, ClaimState.WITHDRAWN)


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def numbers(request: HttpRequest) -> HttpResponse:
    """The numbers of now, what waits, and a form to ask for another one."""
    physician = Physician.objects.filter(user=person(request)).first()
    if physician is None:
        raise Http404
    form = NumberForm(physician, request.POST or None)
    is_ready = request.method == "POST" and form.is_valid() and not form.asks_to_look_again()
    if is_ready and _claim(request, physician, form):
        messages.success(request, gettext("The service desk has your number. Until it agrees nothing changes."))
        return redirect("accounts:numbers")
    decided = IdentifierClaim.objects.filter(physician=physician).exclude(state__in=_NOT_DECIDED)
    context = {
        "form": form,
        "identifiers": list(physician.identifiers.order_by("pk")),
        "waiting": list(waiting_claims_of(physician.user_id)),
        "decided": list(decided.order_by("-decided_at", "-pk")[:SHOWN]),
    }
    return render(request, "accounts/account/numbers.html", context)


@require_POST
@account_required
def withdraw(request: HttpRequest, claim: str) -> HttpResponse:
    """No longer ask for one."""
    mine = IdentifierClaim.objects.filter(physician__user=person(request))
    withdraw_claim(get_object_or_404(mine, uuid=claim), actor_of(request), timezone.now())
    return redirect("accounts:numbers")


def _claim(request: HttpRequest, physician: Physician, form: NumberForm) -> bool:
    """False where the form says what is wrong."""
    number, replaces = form.cleaned_data["number"], form.cleaned_data.get("replaces")
    actor, at = actor_of(request), timezone.now()
    try:
        claim_identifier(physician, form.country, form.kind, number, replaces, actor, at)
    except ValidationError as refusal:
        form.add_error("number", refusal)
        return False
    return True
