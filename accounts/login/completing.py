"""The one place where an account's session begins."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device

from accounts.addresses import client_address
from accounts.audit.services import record
from accounts.browsers.words import browser_words
from accounts.days import clock, day
from accounts.mails.services import send_account_mail
from accounts.models import AuditAction, EidCard, SignInFactor, User
from accounts.places.countries import country_name, country_of
from accounts.sessions.services import actor_of, begin_account_session

from .browsers import digest_of_browser, know_browser, known_browser, number_of_browser
from .half_finished import HalfFinished, Purpose
from .rules import NotStrongEnough, may_log_in_by
from .sign_ins import note_completed, signed_in_before
from .signals import login_completed


@dataclass(frozen=True)
class Arrival:
    """A login that is complete. `mark` gives its answer the cookie by which this browser is known to the account."""

    request: HttpRequest
    username: str
    browser: str

    def mark(self, response: HttpResponseBase) -> None:
        know_browser(self.request, response, self.browser, self.username)


def complete_login(
    request: HttpRequest,
    user: User,
    device: Device | EidCard,
    factor: SignInFactor,
    at: datetime,
    begun: HalfFinished | None = None,
) -> Arrival:
    """Begin the session of a user whose `factor` was verified by `device` just now, and tell who wants to know.

    `begun` is the first step, where there was one. A browser that the account never used is told by mail, except at its
    very first login. Raises `NotStrongEnough` for staff by anything but an authenticator app or a passkey. Not to be
    called within a transaction: a mail may be sent.
    """
    if not may_log_in_by(user, factor, at):
        raise NotStrongEnough
    is_new = known_browser(request, user.username) is None and signed_in_before(user)
    arrival = Arrival(request, user.username, number_of_browser(request))
    with transaction.atomic():
        begin_account_session(request, user, device, at, factor)
        actor = actor_of(request)
        record(AuditAction.LOGGED_IN, actor, at, details={"factor": factor.value})
        row = begun.sign_in if begun is not None else None
        note_completed(request, user, factor, digest_of_browser(arrival.browser), at, row)
        login_completed.send(
            User,
            user=user,
            purpose=begun.purpose if begun is not None else Purpose.LOGIN,
            carried=begun.carried if begun is not None else {},
            actor=actor,
            at=at,
        )
        request.session.save()
    if is_new:
        _tell_of_browser(request, user, at)
    return arrival


def _tell_of_browser(request: HttpRequest, user: User, at: datetime) -> None:
    with translation.override(user.language):
        context = {
            "day": day(at),
            "clock": clock(at),
            "browser": browser_words(request.META.get("HTTP_USER_AGENT", "")),
            "country": country_name(country_of(client_address(request))),
        }
    subject = _("Your account was used in another browser")
    send_account_mail(user.username, subject, "new_browser", context, user.language)
