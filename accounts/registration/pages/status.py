"""Where a registration stands, and the answer to what the service desk asks."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.audit.actor import ActorKind
from accounts.models import RegistrationState
from accounts.registration import deciding
from accounts.registration.confirming_forms import AnswerForm
from accounts.registration.current import current
from accounts.registration.standing import steps_of
from accounts.sessions.services import actor_of


@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """The applicant sees what was done and what comes. A question is shown and answered after logging in only."""
    actor = actor_of(request)
    is_account = actor.kind is ActorKind.ACCOUNT
    registration = current(request)
    if registration is None:
        if is_account:
            return redirect(settings.LOGIN_REDIRECT_URL)
        return redirect_to_login(request.get_full_path(), resolve_url("accounts:login"))
    is_asked = is_account and registration.state == RegistrationState.ASKED
    form = AnswerForm(request.POST or None) if is_asked else None
    if request.method == "POST" and form is not None and form.is_valid():
        deciding.answer(registration, form.cleaned_data["answer"], actor, timezone.now())
        messages.success(request, gettext("Thank you. The service desk has your answer."))
        return redirect("accounts:register_status")
    context = {
        "registration": registration,
        "steps": steps_of(registration),
        "claims": list(registration.claims.all()),
        "form": form,
        "is_account": is_account,
        "days": settings.REGISTRATION_DAYS,
    }
    return render(request, "accounts/registration/status.html", context)
