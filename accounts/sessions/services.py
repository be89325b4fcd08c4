"""Beginning and ending sessions, and who is behind one.

Every login starts a new session under a new key and nothing carries over, so that a key planted before a login opens
nothing (session fixation), and what a visitor left behind is not found by whoever logs in next.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import django_otp
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.models import Device

from accounts.addresses import client_address
from accounts.audit.actor import Actor, ActorKind
from accounts.audit.services import record
from accounts.models import AuditAction, EidCard, Session, SessionKind, SignInFactor, User
from accounts.second_factor.kinds import is_strong, is_weak, kind_of

from .devices import device_of
from .endings import SessionEnd, sentence_for
from .queries import over
from .store import SessionStore

FAREWELL_SECONDS = 300
# Sessions that are over are kept this long, so that who comes back is told why.
KEPT_AFTER_END = timedelta(days=1)
NO_FACTOR = "none"
_FACTOR = "second_factor"
_GIVEN_AT = "second_factor_given_at"
_WEAK = "second_factor_is_weak"
_CARD = "eid_card"
_BACKEND = "accounts.login.backends.PasswordBackend"


def begin_patient_session(request: HttpRequest, code_uuid: UUID, at: datetime, factor: str = NO_FACTOR) -> Session:
    """Start the session of whoever came in with the access code of this UUID, and note the second factor passed."""
    store = store_of(request)
    session = store.begin(SessionKind.PATIENT, at, subject=code_uuid)
    if factor != NO_FACTOR:
        store[_FACTOR] = factor
    request.user = AnonymousUser()
    rotate_token(request)
    return session


def begin_account_session(
    request: HttpRequest, user: User, device: Device | EidCard, at: datetime, factor: SignInFactor | None = None
) -> Session:
    """Start the session of a user whose second factor `device` was verified just now.

    `factor` says where it was not: a remembered browser stands on the device that it was remembered with.
    """
    store = store_of(request)
    session = store.begin(SessionKind.ACCOUNT, at, user=user)
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = _BACKEND
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    request.user = user
    _stand_on(request, device, factor)
    if factor != SignInFactor.REMEMBERED:
        store[_GIVEN_AT] = at.isoformat()
    User.objects.filter(pk=user.pk).update(last_login=at)
    rotate_token(request)
    return session


def note_factor_given(request: HttpRequest, device: Device | EidCard, at: datetime) -> None:
    """Note that a second factor was given once more in this session; a strong one makes up for how it began.

    So does an e-ID for a token by SMS; for staff's work only an app or a passkey does (`accounts.staff.standing`).
    """
    store_of(request)[_GIVEN_AT] = at.isoformat()
    is_stronger = is_weakly_proven(request) if isinstance(device, EidCard) else is_strong(device)
    if is_stronger:
        _stand_on(request, device)


def factor_given_at(request: HttpRequest) -> datetime | None:
    """When a second factor was last given in this account's session; None where it stands on a remembered browser."""
    given = store_of(request).get(_GIVEN_AT)
    return datetime.fromisoformat(given) if given else None


def is_weakly_proven(request: HttpRequest) -> bool:
    """Whether all that stands behind this account's session is a token by SMS, be it through a remembered browser."""
    return bool(store_of(request).get(_WEAK))


def begin_visitor_session(request: HttpRequest, at: datetime, content: dict[str, Any] | None = None) -> Session:
    """Start a session with nothing but `content` for a step before the login is complete."""
    session = store_of(request).begin(SessionKind.VISITOR, at, content=content)
    request.user = AnonymousUser()
    return session


def end_session(request: HttpRequest) -> None:
    """End this browser's session on the server; its cookie goes with the answer."""
    store = store_of(request)
    was_logged_in = store.kind is not SessionKind.VISITOR
    store.flush()
    request.user = AnonymousUser()
    if was_logged_in:
        store.end = SessionEnd.LOGGED_OUT


def end_sessions_of(*, subject: UUID | None = None, user: User | None = None) -> int:
    """End every session of an access code's holder, or of a user, wherever they are. Returns how many.

    Raises `ValueError` unless exactly one of the two is given: nobody ends everybody's sessions by mistake.
    """
    if (subject is None) == (user is None):
        raise ValueError("name either a subject or a user")
    sessions = Session.objects.filter(subject=subject) if subject else Session.objects.filter(user=user)
    return sessions.delete()[0]


@transaction.atomic
def end_other_sessions(user: User, actor: Actor, at: datetime, only: UUID | None = None) -> int:
    """End the user's sessions but the one that asks, or `only` this one. Returns how many."""
    others = Session.objects.filter(user=user).exclude(Q(uuid=actor.session))
    ended = (others.filter(uuid=only) if only is not None else others).delete()[0]
    if ended:
        record(AuditAction.SIGNED_IN_ELSEWHERE_ENDED, actor, at, details={"sessions": ended})
    return int(ended)


def forget_ended_sessions(at: datetime) -> int:
    """Delete the rows of sessions that ended by themselves a day ago. Returns how many."""
    return over(at - KEPT_AFTER_END).delete()[0]


def actor_of(request: HttpRequest) -> Actor:
    """Who acts: the patient, the account (only with its second factor verified in this session), else a visitor."""
    store = store_of(request)
    address = client_address(request)
    row = store.row
    if row is None:
        return Actor(ActorKind.VISITOR, address=address)
    if row.kind == SessionKind.PATIENT:
        return Actor(ActorKind.PATIENT, row.subject, row.uuid, address, device_of(row.user_agent))
    user = request.user
    if row.kind == SessionKind.ACCOUNT and isinstance(user, User) and _is_proven(store, user):
        return Actor(ActorKind.ACCOUNT, user.uuid, row.uuid, address, device_of(row.user_agent))
    return Actor(ActorKind.VISITOR, session=row.uuid, address=address)


def _stand_on(request: HttpRequest, device: Device | EidCard, factor: SignInFactor | None = None) -> None:
    """From now on this is what is behind the session beside the password, and nothing that was before it."""
    store = store_of(request)
    if isinstance(device, EidCard):
        store.pop(DEVICE_ID_SESSION_KEY, None)
        request.user.otp_device = None  # type: ignore[union-attr] # django-otp's own attribute
        store[_CARD] = str(device.uuid)
        store[_FACTOR], store[_WEAK] = factor or SignInFactor.EID, False
    else:
        store.pop(_CARD, None)
        django_otp.login(request, device)
        store[_FACTOR], store[_WEAK] = factor or kind_of(device), is_weak(device)


def _is_proven(store: SessionStore, user: User) -> bool:
    """Whether what was given beside the password is still the user's: a device, or an e-ID."""
    if getattr(user, "otp_device", None) is not None:
        return True
    card = store.get(_CARD)
    return card is not None and EidCard.objects.filter(uuid=UUID(card), user=user).exists()


def factor_of(request: HttpRequest) -> str:
    """Which second factor a patient's session passed when it began, or an account's."""
    return str(store_of(request).get(_FACTOR, NO_FACTOR))


def seconds_left(request: HttpRequest, at: datetime) -> int:
    """How long this browser's session still lasts if nobody does anything; 0 for a visitor."""
    row = store_of(request).row
    if row is None or row.kind == SessionKind.VISITOR:
        return 0
    until = min(row.last_seen_at + settings.SESSION_IDLE, row.created_at + settings.SESSION_LIFE)
    return max((until - at) // timedelta(seconds=1), 0)


def may_stay_longer(request: HttpRequest, at: datetime) -> bool:
    """Whether being active at `at` would prolong the session: not near the end of the longest a visit lasts."""
    row = store_of(request).row
    return row is not None and at + settings.SESSION_IDLE < row.created_at + settings.SESSION_LIFE


def stay(request: HttpRequest, at: datetime) -> None:
    """Note that a person is still there."""
    store_of(request).seen(at)


def last_kind(request: HttpRequest) -> SessionKind:
    """The kind of this session, or of the one that just ended by itself: which door its holder knows."""
    store = store_of(request)
    return store.kind if store.row is not None else store.ended_kind or SessionKind.VISITOR


def farewell(request: HttpRequest) -> str:
    """Why the visitor is no longer logged in, as a sentence to show on this page; empty if there is nothing to say."""
    store = store_of(request)
    end = store.end if store.row is None and store.end else _noted_end(request)
    if end is None:
        return ""
    store.end_was_told = True
    return sentence_for(end)


def store_of(request: HttpRequest) -> SessionStore:
    """The request's session as what it is. Raises `TypeError` where the middleware did not run."""
    if not isinstance(request.session, SessionStore):
        raise TypeError(f"not a session of this portal: {request.session!r}")
    return request.session


def _noted_end(request: HttpRequest) -> SessionEnd | None:
    try:
        return SessionEnd(request.COOKIES.get(settings.SESSION_ENDED_COOKIE_NAME, ""))
    except ValueError:
        return None
