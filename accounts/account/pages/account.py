"""The account page: who one is here, how one is reached, what one wishes."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, override
from django.views.decorators.http import require_http_methods, require_POST

from accounts.account.contacts.services import open_change
from accounts.account.details import save_wishes
from accounts.account.forms import WishesForm
from accounts.eid.belgium import COUNTRY
from accounts.login.again import account_required
from accounts.models import ContactKind, Physician
from accounts.phones import spelled
from accounts.recovery.lost_factor import open_recovery, stop_own
from accounts.registration.first_number import is_unconfirmed
from accounts.registration.queries import unfinished_of, waiting_claims_of
from accounts.sessions.services import actor_of

from .person import person


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def account(request: HttpRequest) -> HttpResponse:
    """Everything at a glance; a POST saves what is wished."""
    at, user = timezone.now(), person(request)
    physician = Physician.objects.filter(user=user).first()
    form = WishesForm(user, physician, request.POST or None)
    if request.method == "POST" and form.is_valid():
        save_wishes(user, form.wishes(), actor_of(request), at)
        return _saved(request, user.language)
    context = {
        "form": form,
        "person": user,
        "physician": physician,
        "phone": spelled(user.phone) if user.phone else "",
        "is_unconfirmed": is_unconfirmed(user),
        "identifiers": list(physician.identifiers.order_by("pk")) if physician else [],
        "waiting": waiting_claims_of(user.pk).count() if physician else 0,
        "mail_change": open_change(user, ContactKind.MAIL, at),
        "phone_change": open_change(user, ContactKind.PHONE, at),
        "recovery": open_recovery(user),
        "registration": unfinished_of(user.pk),
        "takes_eid": settings.ENVIRONMENT == COUNTRY,
    }
    return render(request, "accounts/account/account.html", context)


@require_POST
@account_required
def stop_recovery(request: HttpRequest) -> HttpResponse:
    """Whoever is in with a second factor needs no recovery, or never asked for one."""
    if stop_own(person(request), actor_of(request), timezone.now()):
        messages.success(request, gettext("The recovery is stopped. Your second factors stay as they are."))
    return redirect("accounts:account")


def _saved(request: HttpRequest, language: str) -> HttpResponse:
    """The page in the language that was chosen just now."""
    with override(language):
        messages.success(request, gettext("Saved."))
    response = redirect("accounts:account")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response
