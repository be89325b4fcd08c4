"""A patient's login between the right code and date, and the request: one state machine.

It lives in the visitor's session alone: which access code, since when. What is due is asked anew at every request, of
the code and of its institution's policy as they are then; nothing that a browser sends says which step it is at.

    code + date → NOT_YET, if nothing can be shown
                → PAYMENT, if the code owes one
                → SECOND_FACTOR, if one is asked
                → REQUEST: the patient's session begins
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import wraps
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.audit.actor import Actor, ActorKind
from accounts.sessions.endings import SessionEnd
from accounts.sessions.services import (
    actor_of,
    begin_patient_session,
    begin_visitor_session,
    end_session,
    store_of,
)
from portal.patient_request.ready import ready_states
from studies.access import PatientViewer, Seen, page_of, viewer_of
from studies.access_codes.demands import effective_second_factor, is_satisfied, owes_payment
from studies.access_codes.entering import complete
from studies.access_codes.queries import live_codes
from studies.models import AccessCode, PatientSecondFactor

from .desks import desks

LASTS = timedelta(minutes=30)
_KEY = "patient_login"


class Step(StrEnum):
    NOT_YET = "not_yet"
    PAYMENT = "payment"
    SECOND_FACTOR = "second_factor"
    REQUEST = "request"


_ADDRESSES = {Step.PAYMENT: "portal:payment", Step.SECOND_FACTOR: "portal:token"}


class CodeEnded(Exception):
    """The code of a half-finished login was revoked, ended or ran out meanwhile."""


@dataclass(frozen=True)
class PatientLogin:
    """Somebody who typed this code, with its date of birth, in this session (its UUID).

    `code` comes with its request, patient and institution. `way` is how the patient chose to get the token: a
    `ChallengeChannel`, `slip`, or empty for the first way there is.
    """

    code: AccessCode
    session: UUID
    begun_at: datetime
    way: str = ""


def due_step(code: AccessCode, passed: PatientSecondFactor, shows_something: bool) -> Step:
    """The step that is due for whoever passed this second factor. Pure.

    `shows_something`: whether any image or report could be seen now. Nobody pays, or types a token, for nothing.
    """
    asks_more = owes_payment(code) or not is_satisfied(code, passed)
    if asks_more and not shows_something:
        return Step.NOT_YET
    if owes_payment(code):
        return Step.PAYMENT
    return Step.REQUEST if is_satisfied(code, passed) else Step.SECOND_FACTOR


def step_of(login: PatientLogin, at: datetime) -> Step:
    """The step that is due in this login. Its second factor is never passed yet: with it the login is over."""
    asks_more = owes_payment(login.code) or effective_second_factor(login.code) is not PatientSecondFactor.NONE
    return due_step(login.code, PatientSecondFactor.NONE, not asks_more or shows_something(login.code, at))


def shows_something(code: AccessCode, at: datetime) -> bool:
    """Whether this code would show an image or a report at `at`."""
    return any(seen.grant.images.allowed or seen.grant.report.allowed for seen in _seen(code, at))


def _seen(code: AccessCode, at: datetime) -> list[Seen]:
    return sorted(
        page_of(PatientViewer(code, Actor(ActorKind.PATIENT, code.uuid)), at), key=lambda seen: seen.study.performed_at
    )


def begin(request: HttpRequest, code: AccessCode, at: datetime) -> PatientLogin:
    """Note that code and date were right, in a new session that carries nothing over."""
    session = begin_visitor_session(request, at)
    request.session[_KEY] = {"code": str(code.uuid), "begun": at.isoformat(), "way": ""}
    return PatientLogin(code, session.uuid, at)


def current(request: HttpRequest, at: datetime) -> PatientLogin | None:
    """The half-finished login of this session; None when there is none or it took too long.

    Raises `CodeEnded` when its code is no longer live.
    """
    noted, row = request.session.get(_KEY), store_of(request).row
    if noted is None or row is None or at >= datetime.fromisoformat(noted["begun"]) + LASTS:
        return None
    live = live_codes(at).filter(uuid=UUID(noted["code"]), request__institution__is_active=True)
    code = live.select_related("request__patient", "request__institution", "replaces").first()
    if code is None:
        raise CodeEnded
    return PatientLogin(code, row.uuid, datetime.fromisoformat(noted["begun"]), noted["way"])


def note_way(request: HttpRequest, login: PatientLogin, way: str) -> PatientLogin:
    """Note how the patient wants to get the token."""
    request.session[_KEY] = {**request.session[_KEY], "way": way}
    return replace(login, way=way)


def proceed(request: HttpRequest, login: PatientLogin, at: datetime) -> HttpResponse:
    """To the step that is due; where none is, the patient's session begins."""
    step = step_of(login, at)
    if step is Step.NOT_YET:
        return not_yet(request, login.code, at)
    if step is Step.REQUEST:
        finish(request, login, PatientSecondFactor.NONE, at)
        return redirect("portal:request")
    return redirect(_ADDRESSES[step])


def not_yet(request: HttpRequest, code: AccessCode, at: datetime) -> HttpResponse:
    """That nothing can be shown yet, and when; before anybody pays or types a token."""
    return render(request, "portal/patient_not_yet.html", {"code": code, "states": ready_states(_seen(code, at))})


def finish(request: HttpRequest, login: PatientLogin, passed: PatientSecondFactor, at: datetime) -> None:
    """Begin the patient's session; the half-finished login is over with it."""
    with transaction.atomic():
        begin_patient_session(request, login.code.uuid, at, factor=passed.value)
        complete(login.code, passed, actor_of(request), at)


Page = Callable[[HttpRequest], HttpResponse]
PageOfLogin = Callable[[HttpRequest, PatientLogin, datetime], HttpResponse]


def at_step(*steps: Step) -> Callable[[PageOfLogin], Page]:
    """A page of these steps alone: it gets the login and the time. Everybody else is led to the step that is due."""

    def guarding(page: PageOfLogin) -> Page:
        @wraps(page)
        def guarded(request: HttpRequest) -> HttpResponse:
            at = timezone.now()
            try:
                login = current(request, at)
            except CodeEnded:
                return code_ended(request)
            if login is None:
                return _elsewhere(request, at)
            if step_of(login, at) not in steps:
                return proceed(request, login, at)
            return page(request, login, at)

        return guarded

    return guarding


def to_due_step(request: HttpRequest, at: datetime) -> HttpResponse:
    """Where somebody goes who is not in: to the step that is due, or to the code; told why, if they were in before."""
    actor = actor_of(request)
    if actor.kind is ActorKind.PATIENT:
        if not live_codes(at).filter(Q(uuid=actor.uuid), request__institution__is_active=True).exists():
            return code_ended(request)
        end_session(request)
        return render(request, "portal/more_is_asked.html", status=403)
    try:
        login = current(request, at)
    except CodeEnded:
        return code_ended(request)
    return proceed(request, login, at) if login is not None else redirect("portal:patient")


def code_ended(request: HttpRequest) -> HttpResponse:
    """That the code opens nothing any more, and whom to ask; the login or session with it is over."""
    end_session(request)
    return render(request, "portal/code_ended.html", {"desks": desks()}, status=403)


def _elsewhere(request: HttpRequest, at: datetime) -> HttpResponse:
    """Where somebody belongs who is at no step: to the request, or back to the code with a word why."""
    if isinstance(viewer_of(request, at), PatientViewer):
        return redirect("portal:request")
    store_of(request).end = SessionEnd.STEP
    return redirect("portal:patient")
