"""From a request's session to who is looking. Everything that opened the door is checked again at every request."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest

from accounts.audit.actor import Actor, ActorKind
from accounts.models import Physician, User
from accounts.sessions.services import actor_of, factor_of, is_weakly_proven
from studies.access_codes.demands import is_open_to
from studies.access_codes.queries import live_codes
from studies.models import PatientSecondFactor

from .viewers import AccountViewer, PatientViewer, Viewer


def viewer_of(request: HttpRequest, at: datetime) -> Viewer | None:
    """Who looks, from the session alone; None when it opens no door (any more). At most one query beside its own."""
    actor = actor_of(request)
    match actor.kind:
        case ActorKind.PATIENT:
            return patient_viewer(actor, at, PatientSecondFactor(factor_of(request)))
        case ActorKind.ACCOUNT:
            return _with_hats(request.user, actor, is_weakly_proven(request))
    return None


def patient_viewer(
    actor: Actor, at: datetime, passed: PatientSecondFactor = PatientSecondFactor.NONE
) -> PatientViewer | None:
    """The viewer of a patient's session, while its access code is live and asks for no more than the session passed."""
    code = live_codes(at).filter(Q(uuid=actor.uuid)).select_related("request__patient", "request__institution").first()
    if code is None or not is_open_to(code, passed):
        return None
    return PatientViewer(code=code, actor=actor)


def account_viewer(actor: Actor, *, by_sms: bool) -> AccountViewer | None:
    """The viewer of an account's session, with the hats that the account wears now."""
    user = User.objects.filter(Q(uuid=actor.uuid), is_active=True).select_related("physician").first()
    return _with_hats(user, actor, by_sms)


def _with_hats(user: AbstractBaseUser | AnonymousUser | None, actor: Actor, by_sms: bool) -> AccountViewer | None:
    if not isinstance(user, User):
        return None
    physician: Physician | None = getattr(user, "physician", None)
    trusted = physician is not None and physician.is_trusted
    return AccountViewer(user.pk, physician.pk if physician is not None and trusted else None, actor, by_sms)
