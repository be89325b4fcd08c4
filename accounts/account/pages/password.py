"""Another password, by whoever knows the old one and has a second factor at hand."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.account.forms import OwnPasswordForm
from accounts.login.again import fresh_factor_required
from accounts.models import User
from accounts.recovery.passwords import change_password, is_own_password
from accounts.sessions.services import actor_of
from accounts.throttling.words import again_sentence

from .person import person


@sensitive_post_parameters("old", "password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_factor_required
def password(request: HttpRequest) -> HttpResponse:
    """This session goes on; every other one ends."""
    user = person(request)
    form = OwnPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid() and _change(request, user, form):
        messages.success(request, gettext("Your password is changed. You are logged out everywhere else."))
        return redirect("accounts:account")
    return render(request, "accounts/account/password.html", {"form": form, "person": user})


def _change(request: HttpRequest, user: User, form: OwnPasswordForm) -> bool:
    """False where the form says what is wrong."""
    at = timezone.now()
    wrong = is_own_password(user, form.cleaned_data["old"], at)
    if wrong is not None:
        said = [gettext("This is not your present password.")]
        if not wrong.allowed:
            said = [gettext("There were too many tries that were not right.")]
        form.add_error("old", [*said, again_sentence(wrong.again_at, at)] if wrong.again_at else said)
        return False
    try:
        change_password(user, form.cleaned_data["password"], actor_of(request), at)
    except ValidationError as refusal:
        form.add_error("password", refusal)
        return False
    update_session_auth_hash(request, user)
    return True
