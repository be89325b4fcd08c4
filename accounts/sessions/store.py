"""Sessions in a table of our own (decision 9), so that they can be listed and ended.

The cookie carries a random key; the table knows only its SHA-256. The content is JSON. Django's session framework asks
for this module by the name in SESSION_ENGINE.
"""

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Session, SessionKind, User

from .endings import SessionEnd
from .queries import over

SEEN_AT_MOST_EVERY = timedelta(minutes=1)
_ABSENT = object()
_MAX_USER_AGENT = Session._meta.get_field("user_agent").max_length


class SessionStore(SessionBase):
    """One browser's session. A row is written only once something is to be kept."""

    def __init__(self, session_key: str | None = None, *, address: str | None = None, user_agent: str = "") -> None:
        super().__init__(session_key)
        self._address = address
        self._user_agent = user_agent[:_MAX_USER_AGENT]
        self._row: Session | None = None
        self._written = ""  # the content as this request last saw it in the table
        self.end: SessionEnd | None = None
        self.ended_kind: SessionKind | None = None
        self.end_was_told = False
        self.was_found_over = False

    @property
    def row(self) -> Session | None:
        """The live row, None for a visitor of whom nothing is kept."""
        self.keys()  # Django's base loads the row when the content is asked for
        return self._row

    @property
    def kind(self) -> SessionKind:
        return SessionKind(self.row.kind) if self.row else SessionKind.VISITOR

    @property
    def subject(self) -> UUID | None:
        """The access code's UUID, in a patient's session."""
        return self.row.subject if self.row else None

    def load(self) -> dict[str, Any]:
        row = Session.objects.filter(key_hash=_hash(self.session_key or "")).first()
        end = end_of(row, timezone.now())
        if row is None or end is not None:
            self._session_key = None
            self.was_found_over = True
            self.ended_kind = SessionKind(row.kind) if row is not None else None
            self.end = None if self.ended_kind is SessionKind.VISITOR else end
            return {}
        self._row, self._written = row, row.content
        content: dict[str, Any] = json.loads(row.content)
        return content

    def begin(
        self,
        kind: SessionKind,
        at: datetime,
        *,
        subject: UUID | None = None,
        user: User | None = None,
        content: dict[str, Any] | None = None,
    ) -> Session:
        """End what was, and start a session under a new key that carries nothing over but `content`.

        Its row is written at once.
        """
        self.flush()
        self.end = None
        self.update(content or {})
        return self._insert(kind, at, subject=subject, user=user)

    def seen(self, at: datetime) -> None:
        """Note that a person is still there; written at most once a minute."""
        row = self.row
        if row is not None and at - row.last_seen_at >= SEEN_AT_MOST_EVERY:
            Session.objects.filter(pk=row.pk, last_seen_at__lt=at).update(last_seen_at=at)
            row.last_seen_at = at

    def take(self, name: str) -> Any:
        """What an earlier request kept under `name`, for whoever asks first: of many at once one gets it."""
        if self.row is None:
            return None
        with transaction.atomic():
            row = Session.objects.select_for_update().filter(key_hash=_hash(self.session_key or "")).first()
            content = json.loads(row.content) if row is not None else {}
            taken = content.pop(name, None)
            if row is not None and taken is not None:
                Session.objects.filter(pk=row.pk).update(content=json.dumps(content))
        self._forget(name)
        return taken

    def end_once(self) -> bool:
        """End the session for whoever asks first: of many at once one is told that it was there."""
        key, self._session_key = self.session_key, None
        self.flush()
        return key is not None and bool(Session.objects.filter(key_hash=_hash(key)).delete()[0])

    # What Django's session framework asks for.

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(key_hash=_hash(session_key)).exists()

    def create(self) -> None:
        self._insert(SessionKind.VISITOR, timezone.now())

    def save(self, must_create: bool = False) -> None:
        """Write the content, unless it is there already. Raises `UpdateError` when the session was ended.

        Of several requests at once each writes what it changed: what another one took meanwhile stays taken.
        """
        if must_create or self.session_key is None:
            return self.create()
        content = json.dumps(dict(self.items()))
        if content != self._written:
            here = Session.objects.filter(key_hash=_hash(self.session_key))
            if not here.filter(content=self._written).update(content=content):
                content = self._merge(here)
            self._written = content
        return None

    def _merge(self, here: QuerySet[Session]) -> str:
        """What this request changed since it last saw the table, put into what others have written there since."""
        seen, mine = json.loads(self._written), json.loads(json.dumps(dict(self.items())))
        changed = {name for name in seen.keys() | mine.keys() if seen.get(name, _ABSENT) != mine.get(name, _ABSENT)}
        with transaction.atomic():
            row = here.select_for_update().first()
            if row is None:
                raise UpdateError
            others = {name: kept for name, kept in json.loads(row.content).items() if name not in changed}
            content = json.dumps(others | {name: mine[name] for name in changed & mine.keys()})
            here.update(content=content)
        return content

    def _forget(self, name: str) -> None:
        """As if this request had never seen it: it is no change of its own."""
        self.pop(name, None)
        seen = json.loads(self._written)
        seen.pop(name, None)
        self._written = json.dumps(seen)

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(key_hash=_hash(key)).delete()
        if session_key in (None, self.session_key):
            self._row = None

    def cycle_key(self) -> None:
        """The same session under a new key."""
        content = dict(self.items())
        if self._row is None or self.session_key is None:
            self.create()
        else:
            old, new = _hash(self.session_key), _new_key()
            Session.objects.filter(key_hash=old).update(key_hash=_hash(new))
            self._session_key, self._row.key_hash = new, _hash(new)
        self._session_cache = content
        self.modified = True

    @classmethod
    def clear_expired(cls) -> None:
        over(timezone.now()).delete()

    def _insert(
        self, kind: SessionKind, at: datetime, *, subject: UUID | None = None, user: User | None = None
    ) -> Session:
        content = dict(self.items()) if self.session_key is None else {}
        self._session_key = key = _new_key()
        self._session_cache = content
        self._written = json.dumps(content)
        self._row = row = Session.objects.create(
            key_hash=_hash(key),
            kind=kind,
            subject=subject,
            user=user,
            content=self._written,
            created_at=at,
            last_seen_at=at,
            address=self._address,
            user_agent=self._user_agent,
        )
        self.modified = True
        return row


def end_of(row: Session | None, at: datetime) -> SessionEnd | None:
    """Why the session of a cookie is over, None while it lasts."""
    if row is None:
        return SessionEnd.ELSEWHERE
    if at - row.created_at >= settings.SESSION_LIFE:
        return SessionEnd.LIFE
    if at - row.last_seen_at >= settings.SESSION_IDLE:
        return SessionEnd.IDLE
    return None


def _new_key() -> str:
    return secrets.token_urlsafe(32)


def _hash(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()
