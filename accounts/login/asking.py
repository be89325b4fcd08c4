"""Asking somebody who is known for a second factor: the same for a login and before a sensitive deed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django_otp.models import Device

from accounts.challenges.values import SendOutcome, Sent
from accounts.models import SignInFactor, SmsDevice, User
from accounts.second_factor.ceremonies import Ceremony, begin_ceremony, take_challenge
from accounts.second_factor.passkeys import request_options
from accounts.second_factor.telephones import send_login_token
from accounts.second_factor.verification import Answer, BackupText, PasskeyAnswer, SmsToken, TotpToken
from accounts.sessions.services import actor_of, store_of
from accounts.throttling.words import again_sentence

from .browsers import known_browser
from .forms import FORMS, FactorForm, add_sentences
from .services import Refused, pass_second_factor
from .ways import Way, chosen_way
from .words import sentence_about, sentence_of

_SENT = "login_token_sent"
PassedBy = Callable[[Device, FactorForm], HttpResponse]


@dataclass(frozen=True)
class Asked:
    """Who is asked, in which session, by which of the ways; `page`, `send` and `options` are names of addresses."""

    user: User
    session: UUID
    ways: list[Way]
    ceremony: Ceremony
    may_be_remembered: bool
    page: str
    send: str
    options: str

    def way_of(self, request: HttpRequest) -> Way:
        """What was chosen; digits that come without a choice are an app's, where there is one."""
        wanted = request.POST.get("way") or request.GET.get("way") or ""
        if not wanted and "token" in request.POST:
            wanted = SignInFactor.TOTP
        return chosen_way(self.ways, wanted)


@dataclass(frozen=True)
class AskingPage:
    """What the template shows of it. `sent_to`: where the newest token went; `wait`: seconds until another may go."""

    asked: Asked
    way: Way
    sent_to: str = ""
    problem: str = ""
    wait: int = 0

    @property
    def others(self) -> list[Way]:
        return [way for way in self.asked.ways if way is not self.way]

    @cached_property
    def kind(self) -> str:
        return self.way.kind.value


def ask(request: HttpRequest, asked: Asked, template: str, at: datetime, passed: PassedBy) -> HttpResponse:
    """The page with one way's form and the others as choices; what `passed` answers once a factor is right."""
    way = asked.way_of(request)
    form = FORMS[way.kind](request.POST or None, may_be_remembered=asked.may_be_remembered, initial={"way": way.name})
    if request.method == "POST" and form.is_valid():
        answer = _answer(request, asked, way, form, at)
        device = pass_second_factor(request, asked.user, answer, at)
        if not isinstance(device, Refused):
            return passed(device, form)
        _say(form, device, at)
    return render(request, template, {"form": form, "page": _page(request, asked, way, at)})


def send(request: HttpRequest, asked: Asked, at: datetime) -> HttpResponse:
    """Have a token sent to the telephone that the button names, and go back to the page."""
    way = next((way for way in asked.ways if way.name == request.POST.get("way") and way.factor is not None), None)
    if way is not None and way.factor is not None and isinstance(way.factor.device, SmsDevice):
        is_known = known_browser(request, asked.user.username) is not None
        sent = send_login_token(way.factor.device, asked.session, actor_of(request), at, is_known=is_known)
        _note_sent(request, way, sent)
    answer = redirect(asked.page)
    answer["Location"] += f"?way={way.name}" if way is not None else ""
    return answer


def passkey_options(request: HttpRequest, asked: Asked, at: datetime) -> JsonResponse:
    """What the browser's passkeys are asked, for this session and purpose."""
    challenge = begin_ceremony(request, asked.ceremony, asked.user, at)
    return JsonResponse({"options": request_options(asked.user, challenge)})


def _answer(request: HttpRequest, asked: Asked, way: Way, form: FactorForm, at: datetime) -> Answer:
    match way.kind:
        case SignInFactor.PASSKEY:
            return PasskeyAnswer(form.given, take_challenge(request, asked.ceremony, asked.user, at))
        case SignInFactor.SMS:
            device = way.factor.device if way.factor is not None and _sent_to(request) == way.name else None
            return SmsToken(form.given, device, asked.session, actor_of(request))
        case SignInFactor.BACKUP_CODE:
            return BackupText(form.given)
    return TotpToken(form.given)


def _say(form: forms.Form, refused: Refused, at: datetime) -> None:
    add_sentences(form, sentence_of(refused), again_sentence(refused.again_at, at) if refused.again_at else "")


def _note_sent(request: HttpRequest, way: Way, sent: Sent) -> None:
    before = store_of(request).get(_SENT) or {}
    went = sent.outcome in (SendOutcome.SENT, SendOutcome.LATE)
    request.session[_SENT] = {
        "way": way.name if went else before.get("way", ""),
        "outcome": sent.outcome,
        "asked": way.name,
        "again_at": sent.again_at.isoformat() if sent.again_at else "",
    }


def _sent_to(request: HttpRequest) -> str:
    noted = store_of(request).get(_SENT) or {}
    return str(noted.get("way", ""))


def _page(request: HttpRequest, asked: Asked, way: Way, at: datetime) -> AskingPage:
    noted = store_of(request).get(_SENT) or {}
    if way.factor is None or noted.get("asked") != way.name:
        return AskingPage(asked, way)
    again_at = datetime.fromisoformat(noted["again_at"]) if noted["again_at"] else None
    wait = max(again_at - at, timedelta()) if again_at else timedelta()
    return AskingPage(
        asked,
        way,
        sent_to=way.factor.shown if noted["way"] == way.name else "",
        problem=sentence_about(SendOutcome(noted["outcome"]), again_at, at),
        wait=-(-wait // timedelta(seconds=1)),
    )
