"""From the mail's link to an account: a password. The token on its mobile number comes next."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.eid.pending import pending_card
from accounts.eid.services import bind_if_possible
from accounts.links.pages import forget, open_link, opened
from accounts.models import LinkPurpose, MailLink, Registration, User
from accounts.registration import confirming
from accounts.registration.confirming_forms import PasswordForm
from accounts.sessions.services import actor_of

from .first_number import begin


@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """The link of the mail: its token leaves the address at once."""
    return open_link(LinkPurpose.REGISTER, token, reverse("accounts:register_password"), timezone.now())


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Choose a password: that opens the account, and uses the link up."""
    at = timezone.now()
    opened_link = opened(request, LinkPurpose.REGISTER, at)
    registration = confirming.application_of(opened_link) if opened_link else None
    if opened_link is None or registration is None:
        return _over(request)
    form = PasswordForm(_person(registration), request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = _open(request, opened_link, registration, form, at)
        if answer is not None:
            return answer
    context = {
        "form": form,
        "registration": registration,
        "claims": list(registration.claims.all()),
        "card": pending_card(request, at),
    }
    return render(request, "accounts/registration/password.html", context)


def _open(
    request: HttpRequest, link: MailLink, registration: Registration, form: PasswordForm, at: datetime
) -> HttpResponse | None:
    try:
        user = confirming.open_applicants_account(
            link, registration, form.cleaned_data["password"], actor_of(request), at
        )
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return None
    if user is None:
        return _over(request)
    card = pending_card(request, at) if "card" in request.POST else None
    if card is not None:
        bind_if_possible(user, card, actor_of(request), at)
    response = begin(request, user, at)
    forget(response, LinkPurpose.REGISTER)
    return response


def _over(request: HttpRequest) -> HttpResponse:
    """A link that was used, is too old or never was: all the same page."""
    return render(request, "accounts/registration/link_over.html", status=404)


def _person(registration: Registration) -> User:
    """Whom the password must not resemble."""
    return User(username=registration.mail, first_name=registration.first_name, last_name=registration.last_name)
