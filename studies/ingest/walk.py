"""Which files a delivery holds: folders, ZIPs and DICOMDIR media, each file met once, in sorted order."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from studies.archive.examined import Skipped, Source
from studies.ingest.names import below
from studies.ingest.zips import HEAD, Met, Unpacking, ZipLimits, is_zip

DICOMDIR = "DICOMDIR"


def walk(paths: Sequence[Path], spool: Path, limits: ZipLimits | None = None) -> Iterator[Met]:
    """Every file below `paths`, which exist; a source under `spool` is for the caller to delete when it was examined.

    Links are never followed, so that nothing outside is met and nothing twice. Only one folder's names a level are held
    in memory. A path that names a DICOMDIR means the medium it is the directory of.
    """
    unpacking = Unpacking(spool, limits or ZipLimits())
    for root in roots(paths):
        for path, refusal in _files(root):
            name = below(root, path)
            if refusal:
                yield Skipped(name, refusal)
                continue
            try:
                head = _head(path)
            except OSError as error:
                yield Skipped(name, f"cannot be opened: {error.strerror}")
                continue
            if is_zip(head):
                yield from unpacking.members(path, name)
            else:
                yield Source(name, path)


def roots(paths: Sequence[Path]) -> list[Path]:
    """The real places of `paths`, sorted, without those that lie within another."""
    real = {Path(os.path.realpath(path)) for path in paths}
    real = {path.parent if path.name.upper() == DICOMDIR and path.is_file() else path for path in real}
    return sorted(path for path in real if real.isdisjoint(path.parents))


def count(paths: Sequence[Path]) -> int:
    """How many files `walk` will meet, ZIPs taken for one: for a progress bar."""
    return sum(1 for root in roots(paths) for _ in _files(root))


def _files(root: Path) -> Iterator[tuple[str, str]]:
    """(path, "") of each regular file, (path, reason) of what is none, depth first in the order of names."""
    if not root.is_dir():
        yield str(root), "" if root.is_file() else "not a regular file"
        return
    waiting: list[Iterator[os.DirEntry[str]]] = []
    folder: str | None = str(root)
    while True:
        if folder is not None:
            try:
                waiting.append(iter(_entries(folder)))
            except OSError as error:
                yield folder, f"folder cannot be opened: {error.strerror}"
            folder = None
        if not waiting:
            return
        entry = next(waiting[-1], None)
        if entry is None:
            waiting.pop()
        elif entry.is_symlink():
            yield entry.path, "symbolic link"
        elif entry.is_dir(follow_symlinks=False):
            folder = entry.path
        else:
            yield entry.path, "" if entry.is_file(follow_symlinks=False) else "not a regular file"


def _entries(folder: str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _head(path: str) -> bytes:
    """The first HEAD bytes; a link or a pipe put there since is neither followed nor waited for."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        return os.read(descriptor, HEAD)
    finally:
        os.close(descriptor)
