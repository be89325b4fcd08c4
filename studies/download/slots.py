"""How many downloads run at the same time in this process: each one keeps a thread, and pages need some too."""

import threading
from collections.abc import Callable
from functools import partial
from uuid import UUID

OF_ONE_SESSION = 2  # one more than anybody needs: a browser resumes before the server noticed that it was gone


class Slots:
    """Counted in this process alone: with several, as many times more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: dict[object, UUID | None] = {}

    def take(self, session: UUID | None, in_all: int) -> Callable[[], object] | None:
        """What gives the slot back; None while there is none for this session."""
        with self._lock:
            sessions = list(self._taken.values())
            if len(sessions) >= in_all or sessions.count(session) >= OF_ONE_SESSION:
                return None
            slot = object()
            self._taken[slot] = session
        # One step and without the lock: it may be called by the garbage collector, whatever this thread is doing.
        return partial(self._taken.pop, slot, None)


SLOTS = Slots()
