"""The desk's door: an account whose appointment lets it give out codes, for one institution at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone

from accounts.audit.actor import Actor, ActorKind
from accounts.login.again import ask_again
from accounts.sessions.services import actor_of
from accounts.staff.standing import is_proven_as_staff
from studies.institutions.permissions import StaffPermission, standing_now
from studies.models import Institution

P = ParamSpec("P")
_CHOSEN = "desk institution"


@dataclass(frozen=True)
class Desk:
    """At whose desk somebody works now. `has_others`: whether this person works for other institutions too."""

    institution: Institution
    actor: Actor
    at: datetime
    has_others: bool


PageOfDesk = Callable[Concatenate[HttpRequest, Desk, P], HttpResponse]
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]


def at_the_desk(page: PageOfDesk[P]) -> Page[P]:
    """A page of the desk; it gets at whose desk, and speaks the hospital's time.

    Visitors and patients are led to the login, accounts without such an appointment are refused, and whoever was
    appointed since a login with less than an app or a passkey is asked for one. Whoever works for several institutions
    chooses one first.
    """

    @wraps(page)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        actor = actor_of(request)
        if actor.kind is not ActorKind.ACCOUNT:
            return redirect_to_login(resolve_url("portal:desk"), resolve_url("accounts:login"))
        held = institutions_of(request)
        if not held:
            raise PermissionDenied
        if not is_proven_as_staff(request):
            return ask_again(resolve_url("portal:desk"))
        chosen = held[0] if len(held) == 1 else _chosen(request, held)
        if chosen is None:
            return redirect("portal:desk_institution")
        desk = Desk(chosen, actor, timezone.now(), len(held) > 1)
        with timezone.override(ZoneInfo(chosen.time_zone)):
            return page(request, desk, *args, **kwargs)

    return guarded


def institutions_of(request: HttpRequest) -> list[Institution]:
    """Where this person may give out codes, by name."""
    held = standing_now(request.user).institutions(StaffPermission.ISSUE_CODE)
    return list(Institution.objects.filter(pk__in=held).order_by("name", "pk")) if held else []


def choose(request: HttpRequest, institution: Institution) -> None:
    """Work at this institution's desk for the rest of the session, or until another one is chosen."""
    request.session[_CHOSEN] = institution.pk


def _chosen(request: HttpRequest, held: list[Institution]) -> Institution | None:
    wanted = request.session.get(_CHOSEN)
    return next((institution for institution in held if institution.pk == wanted), None)
