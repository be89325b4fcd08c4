"""The step after an account was opened: a token on its mobile number.

Whoever leaves it out comes back to it from the account's page.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.audit.actor import ActorKind
from accounts.challenges.values import Verification
from accounts.models import Registration, User
from accounts.registration import current, first_number
from accounts.registration.confirming_forms import NumberForm, PhoneTokenForm
from accounts.registration.phone_page import note_sent, page_of_phone, sentence_of
from accounts.registration.queries import unfinished_of
from accounts.sessions.services import actor_of, begin_visitor_session, store_of

NumberPage = Callable[[HttpRequest, User], HttpResponse]


def begin(request: HttpRequest, user: User, at: datetime) -> HttpResponse:
    """Go on with an account that was opened just now, in a session that carries nothing over: a token is sent."""
    begin_visitor_session(request, at)
    current.note(request, user)
    _send(request, user, at)
    return redirect("accounts:register_phone")


def at_number(page: NumberPage) -> Callable[[HttpRequest], HttpResponse]:
    """A page for whoever has an account of which the first mobile number is to be confirmed; others go on."""

    @wraps(page)
    def guarded(request: HttpRequest) -> HttpResponse:
        user = current.account(request)
        if user is None or not first_number.is_unconfirmed(user):
            return redirect(_onward(request, user))
        return page(request, user)

    return guarded


@sensitive_post_parameters("token")
@require_http_methods(["GET", "HEAD", "POST"])
@at_number
def phone(request: HttpRequest, user: User) -> HttpResponse:
    """Type the token. Asking for this page sends none."""
    at = timezone.now()
    form = PhoneTokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed, actor = form.cleaned_data["token"], actor_of(request)
        verification = first_number.take_token(user, _session(request), typed, actor, at)
        if verification is Verification.VERIFIED:
            return _confirmed(request, user)
        form.add_error("token", sentence_of(verification))
    return _page(request, user, form, None, at)


@require_POST
@at_number
def phone_again(request: HttpRequest, user: User) -> HttpResponse:
    """Have a token sent."""
    _send(request, user, timezone.now())
    return redirect("accounts:register_phone")


@sensitive_post_parameters("phone")
@require_POST
@at_number
def phone_number(request: HttpRequest, user: User) -> HttpResponse:
    """Correct the number, and have a token sent there."""
    at = timezone.now()
    if not _is_corrected_here(request, user):
        return redirect("accounts:change_phone")
    form = NumberForm(_country_of(user), request.POST)
    if not form.is_valid():
        return _page(request, user, PhoneTokenForm(), form, at)
    first_number.correct_number(user, form.cleaned_data["phone"], actor_of(request), at)
    _send(request, user, at)
    return redirect("accounts:register_phone")


def _page(
    request: HttpRequest, user: User, form: PhoneTokenForm, number: NumberForm | None, at: datetime
) -> HttpResponse:
    if number is None and _is_corrected_here(request, user):
        number = NumberForm(_country_of(user))
    page = page_of_phone(request, user, _session(request), at)
    context = {"form": form, "number_form": number, "page": page, "later": _onward(request, user)}
    return render(request, "accounts/registration/phone.html", context)


def _confirmed(request: HttpRequest, user: User) -> HttpResponse:
    if _is_logged_in(request):
        messages.success(request, gettext("Your mobile number is confirmed."))
    return redirect(_onward(request, user))


def _onward(request: HttpRequest, user: User | None) -> str:
    """What comes after this step, or instead of it: where the registration stands (which leads strangers to the login),
    or, for who was invited, the account."""
    if user is None or Registration.objects.filter(user=user).exists():
        return resolve_url("accounts:register_status")
    return resolve_url("accounts:account" if _is_logged_in(request) else "accounts:invitation_done")


def _is_corrected_here(request: HttpRequest, user: User) -> bool:
    """While the account is being opened. Once somebody works with it, both ends confirm another number."""
    return not _is_logged_in(request) or unfinished_of(user.pk) is not None


def _is_logged_in(request: HttpRequest) -> bool:
    return actor_of(request).kind is ActorKind.ACCOUNT


def _country_of(user: User) -> str:
    """Where a number without a prefix is from."""
    registration = Registration.objects.filter(user=user).first()
    return str(registration.country) if registration is not None else str(settings.ENVIRONMENT)


def _send(request: HttpRequest, user: User, at: datetime) -> None:
    note_sent(request, first_number.send_token(user, _session(request), actor_of(request), at))


def _session(request: HttpRequest) -> UUID:
    """The session that a token is bound to. Whoever has an account in hand has one."""
    row = store_of(request).row
    if row is None:
        raise LookupError("no session holds an account")
    return row.uuid
