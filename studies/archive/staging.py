"""From a worker's hands to where a file stays, with nothing left over when the process is killed in between.

One import run holds one `Staging`: a folder below `staging/`, locked as long as the process lives. Workers write there;
`place` writes down what it is about to rename, flushes that, renames; the caller commits its rows; `settle` forgets the
list. `sweep`, at the beginning of the next run, clears the folders that nobody holds any more, and what they placed
without a row to show for it.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from .layout import ORIGINAL, QUARANTINE
from .writing import flush_folder

AREA = "staging"
_LOCK = "lock"
_PLACING = "placing"


class Staging:
    """The staging folder of one run, below `root`: `name` is what workers are told. A context manager."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.name = f"{AREA}/{secrets.token_hex(8)}"
        self._folder = root / self.name

    def __enter__(self) -> Self:
        with _alone(self._root / AREA):  # at no instant is it there and free for a `sweep`
            self._folder.mkdir()
            self._lock = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not (self._folder / _PLACING).exists():
            shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._lock)

    def new(self) -> str:
        """The name, below the root, of a folder for one file; whoever fills it makes it."""
        return f"{self.name}/{secrets.token_hex(16)}"

    def place(self, staged: Mapping[str, str]) -> None:
        """Rename folders, `{staged: key}`, to where they stay; call it just before the commit that records the keys.

        After a rollback do nothing: the next `sweep` removes what was placed.
        """
        placed = [*staged.values()]
        with (self._folder / _PLACING).open("a") as file:
            file.writelines(f"{key}\n" for key in placed)
            file.flush()
            os.fsync(file.fileno())
        flush_folder(self._folder)
        for source, key in staged.items():
            target = self._root / key
            target.parent.mkdir(parents=True, exist_ok=True)
            (self._root / source).rename(target)
        for folder in {parent for key in placed for parent in Path(key).parents}:
            flush_folder(self._root / folder)

    def settle(self) -> None:
        """The rows of everything placed so far are committed."""
        (self._folder / _PLACING).unlink(missing_ok=True)

    def discard(self, staged: str) -> None:
        """Forget a staged file, as that of a duplicate."""
        shutil.rmtree(self._root / staged, ignore_errors=True)


def quarantine_key() -> str:
    """Where a refused file's folder is placed; `quarantined_file(key)` is the file itself."""
    return f"{QUARANTINE}/{secrets.token_hex(16)}"


def quarantined_file(key: str) -> str:
    """The path, relative to the root, of the bytes in a quarantine folder."""
    return f"{key}/{ORIGINAL}"


def sweep(root: Path, recorded: Callable[[Collection[str]], Collection[str]]) -> int:
    """Clear what killed runs left behind; `recorded` says which of some keys have a row. Returns how many runs."""
    cleared = 0
    with _alone(root / AREA):
        for folder in sorted((root / AREA).iterdir()):
            try:
                lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            except FileNotFoundError:
                continue  # its run has just ended
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            else:
                _clear(root, folder, recorded)
                cleared += 1
            finally:
                os.close(lock)
    return cleared


@contextmanager
def _alone(area: Path) -> Iterator[None]:
    """Let one process at a time make or clear the folders of runs."""
    area.mkdir(parents=True, exist_ok=True)
    lock = os.open(area, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _clear(root: Path, folder: Path, recorded: Callable[[Collection[str]], Collection[str]]) -> None:
    placing = folder / _PLACING
    keys = {line for line in placing.read_text().splitlines() if line} if placing.exists() else set()
    for key in keys - set(recorded(keys)):
        shutil.rmtree(root / key, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)  # its run may be ending by itself
