"""The portal as gunicorn serves it, each answer saying how long it took, how much of it hashing, and how many queries.

`Server-Timing: app;dur=…, hash;dur=…;desc=calls, sql;desc=queries` (milliseconds; Server Timing, W3C). Timed are keyed
hashes (HMAC), sessions' SHA-256 and passwords' Argon2, wherever they are asked for.
"""

import hmac
import threading
import time
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import django

django.setup()

from django.contrib.auth.hashers import Argon2PasswordHasher  # noqa: E402 - models need the set-up
from django.db import connection  # noqa: E402 - the same

from accounts.sessions import store  # noqa: E402 - the same
from pacsonweb.wsgi import application as portal  # noqa: E402 - the same

_NO_QUERIES = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


class _Spent(threading.local):
    """What the request of this thread took so far; `hashing` in seconds."""

    hashing = 0.0
    hashes = 0
    queries = 0


_spent = _Spent()


def _timed(hasher: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(hasher)
    def timed(*arguments: Any, **named: Any) -> Any:
        begun = time.perf_counter()
        try:
            return hasher(*arguments, **named)
        finally:
            _spent.hashing += time.perf_counter() - begun
            _spent.hashes += 1

    return timed


for holder, name in (
    (hmac, "digest"),
    (hmac, "new"),
    (store, "_hash"),
    (Argon2PasswordHasher, "encode"),
    (Argon2PasswordHasher, "verify"),
):
    setattr(holder, name, _timed(getattr(holder, name)))


def _counted(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    _spent.queries += not sql.startswith(_NO_QUERIES)
    return execute(sql, params, many, context)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    begun = time.perf_counter()
    _spent.hashing, _spent.hashes, _spent.queries = 0.0, 0, 0

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        app, hashing = (time.perf_counter() - begun) * 1000, _spent.hashing * 1000
        said = f"app;dur={app:.4f}, hash;dur={hashing:.4f};desc={_spent.hashes}, sql;desc={_spent.queries}"
        return start_response(status, [*headers, ("Server-Timing", said)], *rest)

    with connection.execute_wrapper(_counted):
        return portal(environ, start)
