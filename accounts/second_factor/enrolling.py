"""Setting up a second factor: the same at a first login and on the page of devices.

What is not confirmed yet (a secret, a number) is kept in the session for a quarter of an hour, for this user alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext
from django_otp.models import Device

from accounts.challenges import services as challenges
from accounts.challenges.values import Occasion, SendOutcome, Verification
from accounts.keys import decrypt, encrypt
from accounts.models import ChallengePurpose, User
from accounts.phones import masked, spelled
from accounts.sessions.services import actor_of, store_of
from accounts.throttling.words import again_sentence

from .ceremonies import Ceremony, begin_ceremony, take_challenge
from .enrolling_forms import AppForm, ConfirmForm, NumberForm, PasskeyForm
from .passkeys import creation_options, read_new_credential
from .services import add_app, add_passkey, add_phone
from .telephones import send_to_claimed
from .totp import address_of_secret, in_groups, matching_step, new_secret, picture_of_secret

LASTS = timedelta(minutes=15)
_APP = "app_to_add"
_PHONE = "phone_to_add"
Added = Callable[[Device], HttpResponse]


@dataclass(frozen=True)
class Enrolling:
    """Who sets something up, in which session; `page` names the address of one kind, `back` that of the choice."""

    user: User
    session: UUID
    page: str
    options: str
    back: str
    takes_sms: bool

    @property
    def passkey_page(self) -> str:
        return resolve_url(self.page, kind="passkey")

    @property
    def phone_page(self) -> str:
        return resolve_url(self.page, kind="phone")

    @property
    def app_page(self) -> str:
        return resolve_url(self.page, kind="app")


def enrol(request: HttpRequest, enrolling: Enrolling, kind: str, at: datetime, added: Added) -> HttpResponse:
    """The page of one kind; what `added` answers once the factor is there. Raises Http404 for what is no kind."""
    match kind:
        case "app":
            return _enrol_app(request, enrolling, at, added)
        case "passkey":
            return _enrol_passkey(request, enrolling, at, added)
        case "phone" if enrolling.takes_sms:
            return _enrol_phone(request, enrolling, at, added)
    raise Http404


def enrol_options(request: HttpRequest, enrolling: Enrolling, at: datetime) -> JsonResponse:
    """What the browser is asked for a new passkey."""
    challenge = begin_ceremony(request, Ceremony.ADD, enrolling.user, at)
    return JsonResponse({"options": creation_options(enrolling.user, challenge)})


def _enrol_app(request: HttpRequest, enrolling: Enrolling, at: datetime, added: Added) -> HttpResponse:
    form = AppForm(request.POST or None)
    secret = _pending_secret(request, enrolling.user, at)
    if request.method == "POST" and form.is_valid():
        step = matching_step(secret, form.cleaned_data["token"], at)
        if step is None:
            form.add_error("token", gettext("This is not what the app should show. Is the clock of your phone right?"))
        elif store_of(request).take(_APP) is not None:
            user, name, actor = enrolling.user, form.cleaned_data["name"], actor_of(request)
            return _add(form, added, lambda: add_app(user, name, secret, step, actor, at)) or _page(
                request, "app", form, enrolling, secret
            )
    return _page(request, "app", form, enrolling, secret)


def _enrol_passkey(request: HttpRequest, enrolling: Enrolling, at: datetime, added: Added) -> HttpResponse:
    form = PasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        challenge = take_challenge(request, Ceremony.ADD, enrolling.user, at)
        made = read_new_credential(form.cleaned_data["credential"], challenge) if challenge is not None else None
        if made is None:
            form.add_error(None, gettext("That did not work, or took too long. Please try again."))
        else:
            user, name, actor = enrolling.user, form.cleaned_data["name"], actor_of(request)
            answer = _add(form, added, lambda: add_passkey(user, name, made, actor, at))
            if answer is not None:
                return answer
    return _page(request, "passkey", form, enrolling)


def _enrol_phone(request: HttpRequest, enrolling: Enrolling, at: datetime, added: Added) -> HttpResponse:
    """First the number, then the token that went there; `another` begins anew."""
    if "another" in request.POST:
        request.session.pop(_PHONE, None)
        return redirect(enrolling.phone_page)
    pending = _pending(request, _PHONE, enrolling.user, at)
    if pending is None or "number" in request.POST:
        return _ask_number(request, enrolling, at)
    number, actor = pending["number"], actor_of(request)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        occasion = _occasion(request, enrolling, number)
        verification = challenges.verify(occasion, form.cleaned_data["token"], at)
        if verification is Verification.VERIFIED:
            request.session.pop(_PHONE, None)
            name = form.cleaned_data["name"]
            answer = _add(form, added, lambda: add_phone(enrolling.user, name, number, actor, at))
            return answer or _page(request, "phone", form, enrolling)
        wrong = verification is Verification.WRONG
        form.add_error(
            "token",
            gettext("This token is not right. Please compare it with the newest message, and type it again.")
            if wrong
            else gettext("This token does not work, or no more. Please have another one sent."),
        )
    return _page(request, "phone", form, enrolling, sent_to=masked(number))


def _occasion(request: HttpRequest, enrolling: Enrolling, number: str) -> Occasion:
    """Of a token to this number: it confirms no other, whatever the session holds when it is typed."""
    subject = uuid5(enrolling.user.uuid, number)
    return Occasion(ChallengePurpose.CONFIRM_PHONE, subject, enrolling.session, actor_of(request))


def _ask_number(request: HttpRequest, enrolling: Enrolling, at: datetime) -> HttpResponse:
    user = enrolling.user
    known = spelled(user.phone) if user.phone_confirmed_at else ""
    form = NumberForm(request.POST or None, country=settings.ENVIRONMENT, initial={"number": known})
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["number"]
        sent = send_to_claimed(_occasion(request, enrolling, number), user, number, at)
        if sent.outcome in (SendOutcome.SENT, SendOutcome.LATE):
            request.session[_PHONE] = _noted(user, at, number=number)
            return redirect(enrolling.phone_page)
        again = again_sentence(sent.again_at, at) if sent.again_at else ""
        not_now = sent.outcome is not SendOutcome.FAILED
        problem = (
            gettext("No more messages can be sent for now.") if not_now else gettext("The message could not be sent.")
        )
        form.add_error(None, " ".join(part for part in (problem, again) if part))
    return _page(request, "number", form, enrolling)


def _add(form: Any, added: Added, add: Callable[[], Device]) -> HttpResponse | None:
    """What `added` answers; None where the factor may not be added, which the form then says."""
    try:
        device = add()
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return None
    return added(device)


def _page(
    request: HttpRequest, kind: str, form: Any, enrolling: Enrolling, secret: str = "", sent_to: str = ""
) -> HttpResponse:
    context = {"form": form, "enrolling": enrolling, "sent_to": sent_to}
    if secret:
        context["picture"] = picture_of_secret(secret, enrolling.user.username)
        context["address"] = address_of_secret(secret, enrolling.user.username)
        context["secret"] = in_groups(secret)
    return render(request, f"accounts/enrol_{kind}.html", context)


def _pending_secret(request: HttpRequest, user: User, at: datetime) -> str:
    """The secret that the page shows, the same until it is confirmed: a mistyped token shows no other picture."""
    pending = _pending(request, _APP, user, at)
    if pending is not None:
        return decrypt(pending["secret"]).decode()
    secret = new_secret()
    request.session[_APP] = _noted(user, at, secret=encrypt(secret.encode()))
    return secret


def _pending(request: HttpRequest, name: str, user: User, at: datetime) -> dict[str, str] | None:
    noted: dict[str, str] | None = request.session.get(name)
    if noted is None or noted["user"] != str(user.uuid) or at >= datetime.fromisoformat(noted["until"]):
        return None
    return noted


def _noted(user: User, at: datetime, **what: str) -> dict[str, str]:
    return {"user": str(user.uuid), "until": (at + LASTS).isoformat(), **what}
