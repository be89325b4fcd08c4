"""A passkey as the only step: the authenticator makes sure who holds it, and says whose it is."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.models import SignInFactor
from accounts.second_factor.ceremonies import Ceremony, begin_ceremony, take_challenge
from accounts.second_factor.passkeys import request_options
from accounts.throttling.words import again_sentence

from .completing import complete_login
from .forms import LoginForm, PasskeyForm
from .next_page import safe_next
from .services import Refused, pass_passkey
from .words import sentence_of


@require_POST
def options(request: HttpRequest) -> JsonResponse:
    """What the browser's passkeys are asked: any of this portal's will do."""
    challenge = begin_ceremony(request, Ceremony.ALONE, None, timezone.now())
    return JsonResponse({"options": request_options(None, challenge)})


@sensitive_post_parameters("credential")
@require_POST
def login(request: HttpRequest) -> HttpResponse:
    """Log in by the passkey that the browser answered with."""
    at = timezone.now()
    form = PasskeyForm(request.POST, may_be_remembered=False)
    if form.is_valid():
        challenge = take_challenge(request, Ceremony.ALONE, None, at)
        passkey = pass_passkey(request, form.given, challenge, at)
        if not isinstance(passkey, Refused):
            arrival = complete_login(request, passkey.user, passkey, SignInFactor.PASSKEY, at)
            response = redirect(safe_next(request.POST.get("next", "")))
            arrival.mark(response)
            return response
        again = again_sentence(passkey.again_at, at) if passkey.again_at else ""
        problem = " ".join(part for part in (sentence_of(passkey), again) if part)
    else:
        problem = " ".join(str(error) for error in form.non_field_errors())
    page = LoginForm(initial={"next": request.POST.get("next", "")})
    return render(request, "accounts/login.html", {"form": page, "passkey_problem": problem})
