"""The bytes of a download on their way: the right is asked for again while they go, and breaking off is honest.

Whoever raises here ends the connection before the promised length is reached: the browser says that it failed, and
goes on from there when asked to.
"""

import time
import weakref
from collections.abc import Callable, Iterator
from typing import Self

AGAIN_AFTER = 10.0  # seconds: as soon as a withdrawal reaches pictures (DESIGN.md §3)


class Withdrawn(Exception):
    """What was being sent may no longer be seen."""


class Stream(Iterator[bytes]):
    """`pieces` as long as `allowed` says so; `finished` is called once, however it ends."""

    def __init__(
        self,
        pieces: Iterator[bytes],
        allowed: Callable[[], bool],
        finished: Callable[[], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pieces, self._allowed, self._clock = pieces, allowed, clock
        self._finish = weakref.finalize(self, finished)  # also if nobody ever asked for a piece
        self._asked_at = clock()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        now = self._clock()
        if now - self._asked_at >= AGAIN_AFTER:
            self._asked_at = now
            if not self._allowed():
                raise Withdrawn
        return next(self._pieces)

    def close(self) -> None:
        """What a WSGI server calls when the answer is over, complete or not (PEP 3333)."""
        self._finish()
