"""Doing it soon where no `db_worker` runs: in a thread of the server, after the answer, always after the same pause.

Not in the thread that answers, not even once the answer is out: the next request on the same connection would wait for
it and so tell whether there was something to send.
"""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connections
from django.utils import timezone

from .handling import handle_due

# A `db_worker` looks every second and is meant to come first.
PAUSE_SECONDS = 1.5

_log = logging.getLogger("pacsonweb.rescue")
_pool = ThreadPoolExecutor(1, thread_name_prefix="rescue")
_is_coming = threading.Event()


def sweep_soon() -> None:
    """See to it that what was asked for is handled. However many ask, one sweep waits at a time."""
    if not _is_coming.is_set():
        _is_coming.set()
        _pool.submit(_sweep)


def _sweep() -> None:
    time.sleep(PAUSE_SECONDS)
    _is_coming.clear()
    try:
        handle_due(timezone.now())
    except Exception:  # noqa: BLE001 - what fails is done again by `run_due`; a thread has nobody else to tell
        _log.exception("rescue.failed")
    finally:
        connections.close_all()
