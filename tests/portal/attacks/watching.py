"""What somebody outside sees of an answer, and the work behind it.

Work stands for time: an answer that asks the same of the database, of the keyed hashes and of the carriers takes the
same time but for what a line's noise hides, and a test that counts never fails on a busy machine.
"""

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from unittest.mock import patch

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import keys
from accounts.challenges import delivery

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

# What is drawn anew for each answer, always of the same length.
_ONE_TIME = r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"|\b[A-Z]\d-\d\d\b|\'nonce-[^\']*\''


@dataclass(frozen=True)
class Seen:
    """`cookies` are their names with what a browser keeps of each but the value."""

    status: int
    words: str
    size: int
    headers: tuple[tuple[str, str], ...]
    cookies: tuple[str, ...]
    queries: int
    hashes: int
    messages: int


class Watch(Protocol):
    def __call__(self, ask: Callable[..., "Response"], *asked: Any, typed: str = "", **more: Any) -> Seen: ...


def watching() -> Watch:
    """A watch that has seen a page before: what a process looks up once is not counted."""
    Client().get("/patient/")
    return seen


def seen(ask: Callable[..., "Response"], *asked: Any, typed: str = "", **more: Any) -> Seen:
    """The answer to `ask(*asked, **more)`, as whoever asks sees it.

    It is without what they typed themselves and find in the page again.
    """
    with ExitStack() as counting:
        queries = counting.enter_context(CaptureQueriesContext(connection))
        hashes = counting.enter_context(patch.object(keys, "_mac", wraps=keys._mac))
        messages = counting.enter_context(patch.object(delivery, "_hand_over", wraps=delivery._hand_over))
        answer = ask(*asked, **more)
    return Seen(
        answer.status_code,
        _lasting(answer.content.decode()).replace(typed or "\0", ""),
        len(answer.content),
        tuple(sorted((name, _lasting(value)) for name, value in answer.headers.items())),
        tuple(sorted(f"{cookie.key} {cookie['max-age']} {cookie['path']}" for cookie in answer.cookies.values())),
        len(queries),
        hashes.call_count,
        messages.call_count,
    )


def _lasting(text: str) -> str:
    return re.sub(_ONE_TIME, "", text)
