"""Making derived files after the import: on first use, or anew. The row learns what was found out."""

import atexit
import os
import threading
from pathlib import Path

from django.conf import settings

from studies.models import Instance

from .examined import Pictures
from .kinds import PixelState
from .layout import folder_of
from .staging import Staging
from .tasks import Answer, Derive, Extract, Failed, Task, Windowed
from .worker import Pool

_IDLE_SECONDS = 60.0  # a web process keeps its worker that long: whoever pages through a window needs it again
_lock = threading.Lock()
_pools: dict[int, Pool] = {}


def root() -> Path:
    return Path(settings.ARCHIVE_ROOT)


def rebuild(instance: Instance) -> bool:
    """Make all derived files of an instance anew and record what they show; False if its original gives none."""
    with Staging(root()) as staging:
        staged = staging.new()
        answer = _answer(Derive(instance.key, staged))
        take_over(instance, staged, answer)
    return isinstance(answer, Pictures)


def make_window(instance: Instance, frame: int, window: str) -> bool:
    """Make one preview through a usual window; False if there is none to make."""
    with Staging(root()) as staging:
        staged = staging.new()
        return _finished(instance, staged, _answer(Windowed(instance.key, staged, frame, window)))


def extract_document(instance: Instance) -> bool:
    """Take the PDF out of its original; False if there is none."""
    with Staging(root()) as staging:
        staged = staging.new()
        return _finished(instance, staged, _answer(Extract(instance.key, staged)))


def take_over(instance: Instance, staged: str, answer: Answer) -> None:
    """Move what a worker derived beside the original, file by file, and update the row.

    A picture that could not be made leaves the row as it was, but for one that was never made: it counts as unreadable.
    """
    if isinstance(answer, Pictures):
        _move(root() / staged, folder_of(root(), instance.key).path)
        _record(instance, answer)
    elif instance.pixel_state == PixelState.PENDING:
        instance.pixel_state = PixelState.UNREADABLE
        instance.save(update_fields=["pixel_state"])


def _record(instance: Instance, found: Pictures) -> None:
    values = {
        "frames": found.frames,
        "rows": found.rows,
        "columns": found.columns,
        "window_center": found.window_center,
        "window_width": found.window_width,
        "preview_width": found.preview_width,
        "preview_height": found.preview_height,
        "has_full_size": found.has_full_size,
        "pixel_state": found.state,
        "pixel_digest": found.pixel_digest,
    }
    changed = [name for name, value in values.items() if getattr(instance, name) != value]
    for name in changed:
        setattr(instance, name, values[name])
    if changed:
        instance.save(update_fields=changed)


def _finished(instance: Instance, staged: str, answer: Answer) -> bool:
    if isinstance(answer, Failed):
        return False
    _move(root() / staged, folder_of(root(), instance.key).path)
    return True


def _move(source: Path, target: Path) -> None:
    """Rename every file to the same place below `target`; a file is there whole or not at all."""
    for folder, _subfolders, names in os.walk(source):
        beside = target / Path(folder).relative_to(source)
        beside.mkdir(exist_ok=True)
        for name in names:
            Path(folder, name).replace(beside / name)


def _answer(task: Task) -> Answer:
    """One task at a time in each process: a page full of pictures must not start a herd of workers."""
    with _lock:
        process = os.getpid()
        if process not in _pools:  # a fork has its own
            _pools.clear()
            _pools[process] = Pool(root(), 1, idle_seconds=_IDLE_SECONDS, leashed=False)
            atexit.register(_pools[process].stop)
        return _pools[process].answer(task)
