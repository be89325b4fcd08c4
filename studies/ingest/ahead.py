"""Working ahead: whoever makes values goes on while whoever uses them is busy with the last ones."""

import queue
import threading
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

_LOOKS_UP_EVERY = 0.1  # seconds; how soon a maker with nowhere to put a value notices that nobody listens any more


@dataclass(frozen=True)
class _End:
    """The last thing a maker says: there is no more, or what went wrong."""

    error: BaseException | None = None


def ahead(values: Generator[T, None, None], most: int) -> Iterator[T]:
    """`values` in their order, made in a thread of their own, at most `most` ahead of their user.

    What making them raises is raised here, after those that were made before. Whoever stops listening early waits until
    the value in the making is done. Their making must not use the database: its connections belong to one thread.
    """
    ready: queue.Queue[T | _End] = queue.Queue(most)
    unwanted = threading.Event()
    maker = threading.Thread(target=_make, args=(values, ready, unwanted), name="ahead")
    maker.start()
    try:
        while not isinstance(value := ready.get(), _End):
            yield value
        if value.error is not None:
            raise value.error
    finally:
        unwanted.set()
        maker.join()


def _make(values: Generator[T, None, None], ready: "queue.Queue[T | _End]", unwanted: threading.Event) -> None:
    end = _End()
    try:
        with closing(values):  # in this thread, where they run
            for value in values:
                if not _put(ready, value, unwanted):
                    return
    except BaseException as error:  # noqa: BLE001 - handed over to whoever uses the values, whatever it is
        end = _End(error)
    _put(ready, end, unwanted)


def _put(ready: "queue.Queue[T | _End]", value: T | _End, unwanted: threading.Event) -> bool:
    """Whether somebody will have it."""
    while not unwanted.is_set():
        with suppress(queue.Full):
            ready.put(value, timeout=_LOOKS_UP_EVERY)
            return True
    return False
