"""From the mail's link to the service desk: a password, then a token on the mobile number."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.challenges.values import Verification
from accounts.eid.pending import pending_card
from accounts.eid.services import bind_if_possible
from accounts.links.pages import forget, open_link, opened
from accounts.models import LinkPurpose, MailLink, Registration, RegistrationState, User
from accounts.registration import confirming, current
from accounts.registration.confirming_forms import NumberForm, PasswordForm, PhoneTokenForm
from accounts.registration.phone_page import note_sent, page_of_phone, sentence_of
from accounts.sessions.services import actor_of, begin_visitor_session, store_of

PhonePage = Callable[[HttpRequest, Registration], HttpResponse]


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


def at_phone(page: PhonePage) -> Callable[[HttpRequest], HttpResponse]:
    """A page for whoever has an application of which the mobile number is to be confirmed; others go on."""

    @wraps(page)
    def guarded(request: HttpRequest) -> HttpResponse:
        registration = current.current(request)
        if registration is None or registration.state != RegistrationState.PHONE:
            return redirect("accounts:register_status")
        return page(request, registration)

    return guarded


@sensitive_post_parameters("token")
@require_http_methods(["GET", "HEAD", "POST"])
@at_phone
def phone(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Type the token. Asking for this page sends none."""
    at = timezone.now()
    form = PhoneTokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        session = _session(request)
        token = form.cleaned_data["token"]
        verification = confirming.take_phone_token(registration, session, token, actor_of(request), at)
        if verification is Verification.VERIFIED:
            return redirect("accounts:register_status")
        form.add_error("token", sentence_of(verification))
    return _phone(request, registration, form, NumberForm(str(registration.country)), at)


@require_POST
@at_phone
def phone_again(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Have a token sent."""
    _send(request, registration, timezone.now())
    return redirect("accounts:register_phone")


@sensitive_post_parameters("phone")
@require_POST
@at_phone
def phone_number(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Correct the number, and have a token sent there."""
    at = timezone.now()
    form = NumberForm(str(registration.country), request.POST)
    if not form.is_valid():
        return _phone(request, registration, PhoneTokenForm(), form, at)
    confirming.correct_number(registration, form.cleaned_data["phone"], actor_of(request), at)
    _send(request, registration, at)
    return redirect("accounts:register_phone")


def _open(
    request: HttpRequest, link: MailLink, registration: Registration, form: PasswordForm, at: datetime
) -> HttpResponse | None:
    try:
        was_opened = confirming.open_applicants_account(
            link, registration, form.cleaned_data["password"], actor_of(request), at
        )
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return None
    if not was_opened:
        return _over(request)
    card = pending_card(request, at) if "card" in request.POST else None
    begin_visitor_session(request, at)
    current.note(request, registration)
    registration.refresh_from_db()
    if card is not None and registration.user is not None:
        bind_if_possible(registration.user, card, actor_of(request), at)
    _send(request, registration, at)
    response = redirect("accounts:register_phone")
    forget(response, LinkPurpose.REGISTER)
    return response


def _send(request: HttpRequest, registration: Registration, at: datetime) -> None:
    note_sent(request, confirming.send_phone_token(registration, _session(request), actor_of(request), at))


def _session(request: HttpRequest) -> UUID:
    """The session that a token is bound to. Whoever has an application in hand has one."""
    row = store_of(request).row
    if row is None:
        raise LookupError("no session holds an application")
    return row.uuid


def _phone(
    request: HttpRequest, registration: Registration, form: PhoneTokenForm, number: NumberForm, at: datetime
) -> HttpResponse:
    page = page_of_phone(request, registration, _session(request), at)
    context = {"form": form, "number_form": number, "page": page}
    return render(request, "accounts/registration/phone.html", context)


def _over(request: HttpRequest) -> HttpResponse:
    """A link that was used, is too old or never was: all the same page."""
    return render(request, "accounts/registration/link_over.html", status=404)


def _person(registration: Registration) -> User:
    """Whom the password must not resemble."""
    return User(username=registration.mail, first_name=registration.first_name, last_name=registration.last_name)
