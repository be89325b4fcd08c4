"""Choosing another password: an address, a mail, its link, the password; and then the login, with the second factor."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.links.pages import forget, open_link, opened
from accounts.models import LinkPurpose, MailLink, User
from accounts.recovery import passwords
from accounts.recovery.forms import ResetForm
from accounts.recovery.letters import LINK_LASTS
from accounts.registration.confirming_forms import PasswordForm
from accounts.sessions.services import actor_of
from accounts.throttling.words import again_sentence

_MAIL = "reset_mail"
_PURPOSE = LinkPurpose.RESET_PASSWORD


@sensitive_post_parameters("mail")
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest) -> HttpResponse:
    """Ask for the mail. The answer is the same whether or not an account has the address."""
    at = timezone.now()
    form = ResetForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/recovery/reset.html", {"form": form})
    mail = form.cleaned_data["mail"]
    verdict = passwords.ask_reset(mail, get_language() or "en", actor_of(request), at)
    if not verdict.allowed:
        context = {"form": form, "wait": again_sentence(verdict.again_at or at, at)}
        return render(request, "accounts/recovery/reset.html", context, status=429)
    request.session[_MAIL] = mail
    return redirect("accounts:reset_sent")


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Look at your mail. What is shown is what was typed, nothing that the portal knows."""
    mail = request.session.get(_MAIL)
    if not mail:
        return redirect("accounts:reset")
    context = {"mail": mail, "hours": int(LINK_LASTS.total_seconds() // 3600)}
    return render(request, "accounts/recovery/reset_sent.html", context)


@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """The link of the mail: its token leaves the address at once, and nothing is used up."""
    return open_link(_PURPOSE, token, reverse("accounts:reset_password"), timezone.now())


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Choose another password: that uses the link up, ends every session, and logs nobody in."""
    at = timezone.now()
    opened_link = opened(request, _PURPOSE, at)
    if opened_link is None:
        return _over(request)
    user = passwords.owner_of(opened_link)
    if user is None:
        return _over(request, is_closed=True)
    form = PasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = _reset(request, opened_link, user, form)
        if answer is not None:
            return answer
    return render(request, "accounts/recovery/reset_password.html", {"form": form, "mail": user.username})


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """It is changed: what comes next."""
    return render(request, "accounts/recovery/reset_done.html")


def _reset(request: HttpRequest, link: MailLink, user: User, form: PasswordForm) -> HttpResponse | None:
    """What is answered; None where the form says what is wrong."""
    try:
        was_reset = passwords.reset_password(
            link, user, form.cleaned_data["password"], actor_of(request), timezone.now()
        )
    except ValidationError as refusal:
        form.add_error("password", refusal)
        return None
    if not was_reset:
        return _over(request)
    response = redirect("accounts:reset_done")
    forget(response, _PURPOSE)
    return response


def _over(request: HttpRequest, *, is_closed: bool = False) -> HttpResponse:
    """A link that was used, is too old, was followed by a newer one, or never was; or of an account that was closed."""
    return render(request, "accounts/recovery/reset_over.html", {"is_closed": is_closed}, status=404)
