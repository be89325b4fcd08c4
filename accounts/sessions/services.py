"""Beginning and ending sessions, and who is behind one.

Every login starts a new session under a new key and nothing carries over, so that a key planted before a login opens
nothing (session fixation), and what a visitor left behind is not found by whoever logs in next.
"""

from datetime import datetime, timedelta
from uuid import UUID

import django_otp
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django_otp.models import Device

from accounts.addresses import client_address
from accounts.audit.actor import Actor, ActorKind
from accounts.models import Session, SessionKind, User

from .devices import device_of
from .endings import SessionEnd, sentence_for
from .queries import over
from .store import SessionStore

FAREWELL_SECONDS = 300
# Sessions that are over are kept this long, so that who comes back is told why.
KEPT_AFTER_END = timedelta(days=1)
NO_FACTOR = "none"
_FACTOR = "second_factor"
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


def begin_account_session(request: HttpRequest, user: User, device: Device, at: datetime) -> Session:
    """Start the session of a user whose second factor `device` was verified just now."""
    store = store_of(request)
    session = store.begin(SessionKind.ACCOUNT, at, user=user)
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = _BACKEND
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    request.user = user
    django_otp.login(request, device)
    User.objects.filter(pk=user.pk).update(last_login=at)
    rotate_token(request)
    return session


def begin_visitor_session(request: HttpRequest, at: datetime) -> Session:
    """Start an empty session for a step before the login is complete."""
    session = store_of(request).begin(SessionKind.VISITOR, at)
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
    if row.kind == SessionKind.ACCOUNT and isinstance(user, User) and getattr(user, "otp_device", None) is not None:
        return Actor(ActorKind.ACCOUNT, user.uuid, row.uuid, address, device_of(row.user_agent))
    return Actor(ActorKind.VISITOR, session=row.uuid, address=address)


def factor_of(request: HttpRequest) -> str:
    """Which second factor a patient's session passed when it began."""
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
