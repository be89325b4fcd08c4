"""Accepting an invitation: with the account one has, by logging in, or with a new one."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audit.actor import ActorKind
from accounts.links.pages import forget, open_link, opened
from accounts.models import Invitation, LinkPurpose, MailLink, User
from accounts.registration import current, invited
from accounts.registration.first_number import is_unconfirmed
from accounts.registration.invited_forms import InvitedForm
from accounts.sessions.services import actor_of
from accounts.staff.ways import forget_ways

from .first_number import begin


@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """The link of the mail: its token leaves the address at once."""
    return open_link(LinkPurpose.INVITATION, token, reverse("accounts:invitation"), timezone.now())


@sensitive_post_parameters("password", "again", "phone")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """Who invites to what, and the way to accept."""
    at = timezone.now()
    opened_link = opened(request, LinkPurpose.INVITATION, at)
    offered = invited.invitation_of(opened_link, at) if opened_link else None
    if opened_link is None or offered is None:
        return _over(request)
    if actor_of(request).kind is ActorKind.ACCOUNT:
        return _with_this_account(request, opened_link, offered, at)
    if invited.has_account(offered):
        return render(request, "accounts/registration/invited_log_in.html", {"invitation": offered})
    return _with_a_new_account(request, opened_link, offered, at)


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """The account is open: with what to log in, and whether its number is confirmed."""
    user = current.account(request)
    if user is None or actor_of(request).kind is ActorKind.ACCOUNT:
        return redirect("accounts:login")  # which leads on whoever is logged in
    context = {"mail": user.username, "is_unconfirmed": is_unconfirmed(user)}
    return render(request, "accounts/registration/invited_done.html", context)


def _with_this_account(request: HttpRequest, link: MailLink, offered: Invitation, at: datetime) -> HttpResponse:
    refused = ""
    if request.method == "POST" and isinstance(request.user, User):
        try:
            if not invited.accept(link, offered, request.user, actor_of(request), at):
                return _over(request)
        except ValidationError as refusal:
            refused = " ".join(refusal.messages)
        else:
            forget_ways(request)
            return _done(redirect(settings.LOGIN_REDIRECT_URL))
    context = {"invitation": offered, "refused": refused}
    return render(request, "accounts/registration/invited_accept.html", context)


def _with_a_new_account(request: HttpRequest, link: MailLink, offered: Invitation, at: datetime) -> HttpResponse:
    form = InvitedForm(User(username=offered.mail), request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name != "again"}
        try:
            user = invited.accept_with_new_account(link, offered, **said, actor=actor_of(request), at=at)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            return _over(request) if user is None else _done(begin(request, user, at))
    context = {"form": form, "invitation": offered}
    return render(request, "accounts/registration/invited.html", context)


def _done(response: HttpResponse) -> HttpResponse:
    forget(response, LinkPurpose.INVITATION)
    return response


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/registration/invitation_over.html", status=404)
