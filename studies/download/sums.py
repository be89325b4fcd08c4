"""Sizes and CRC-32 of what is handed out of an instance, taken once and kept beside it: the derived `download.json`.

A picture that was made anew since, by its size or time, is read again.
"""

import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from studies.archive import files
from studies.archive.layout import Folder, folder_of
from studies.archive.writing import write_atomically
from studies.models import Instance, InstanceKind, PixelState

from .copies import Copy, copy_of

_PIECE = 1 << 20


class Unavailable(Exception):
    """A file of the archive is missing or not what was received: nothing incomplete is handed out."""


@dataclass(frozen=True)
class Summed:
    """A JPEG: its path, bytes, time of its last change (ns) and CRC-32."""

    path: Path
    size: int
    changed: int
    crc32: int


@dataclass(frozen=True)
class Sums:
    """`pictures` are those of the instance's frames, each the largest JPEG there is of it."""

    copy: Copy
    pictures: tuple[Summed, ...]


def sums_of(instance: Instance) -> Sums:
    """Raises `Unavailable` where the original, or a picture that can be made of it, is not there."""
    try:
        return _sums_of(instance, folder_of(Path(settings.ARCHIVE_ROOT), instance.key))
    except OSError as error:
        raise Unavailable(f"a file of instance {instance.uuid} cannot be read") from error


def has_pictures(instance: Instance) -> bool:
    """Whether somebody can look at it."""
    return instance.kind == InstanceKind.IMAGE and instance.pixel_state in (PixelState.PENDING, PixelState.READY)


def picture_path(instance: Instance, folder: Folder, number: int) -> Path:
    """The largest JPEG of a frame, counted from 1."""
    return folder.full(number) if instance.has_full_size else folder.preview(number)


def _sums_of(instance: Instance, folder: Folder) -> Sums:
    if folder.original.stat().st_size != instance.size:
        raise Unavailable(f"the original of instance {instance.uuid} has another length")
    kept = _kept(folder)
    copy = _kept_copy(kept) or copy_of(instance, folder.original)
    known: list[list[int]] = kept.get("pictures", [])
    pictures = tuple(
        _summed(_picture(instance, folder, number), known[number - 1] if number <= len(known) else [])
        for number in range(1, instance.frames + 1 if has_pictures(instance) else 1)
    )
    now = {
        "copy": [copy.head.hex(), copy.skip, copy.crc32],
        "pictures": [[picture.size, picture.changed, picture.crc32] for picture in pictures],
    }
    if now != kept:
        write_atomically(folder.download, json.dumps(now, separators=(",", ":")).encode())
    return Sums(copy, pictures)


def _kept(folder: Folder) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = json.loads(folder.download.read_bytes())
    except (FileNotFoundError, ValueError):  # not made yet, or cut short by a power cut
        return {}
    return kept


def _kept_copy(kept: dict[str, Any]) -> Copy | None:
    if "copy" not in kept:
        return None
    head, skip, crc32 = kept["copy"]
    return Copy(bytes.fromhex(head), skip, crc32)


def _picture(instance: Instance, folder: Folder, number: int) -> Path:
    path = picture_path(instance, folder, number)
    if path.exists():
        return path
    made = files.picture(instance, number, "full") or files.picture(instance, number, "preview")
    if made is None:
        raise Unavailable(f"a picture of instance {instance.uuid} cannot be made")
    return made


def _summed(path: Path, known: list[int]) -> Summed:
    stat = path.stat()
    if known[:2] == [stat.st_size, stat.st_mtime_ns]:
        return Summed(path, stat.st_size, stat.st_mtime_ns, known[2])
    crc32 = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            crc32 = zlib.crc32(piece, crc32)
    return Summed(path, stat.st_size, stat.st_mtime_ns, crc32)
