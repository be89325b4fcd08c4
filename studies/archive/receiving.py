"""Bytes from outside, copied into the archive's staging area bit for bit."""

import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .encoding import recognise
from .errors import Damaged, LimitExceeded, Unusable
from .examined import Source
from .limits import MB, Limits

_PIECE = 1 << 20


@dataclass(frozen=True)
class Received:
    """Of the bytes as they came: size, SHA-256 (hex), CRC-32 (decision 15)."""

    size: int
    sha256: str
    crc32: int


def keep(source: Source, target: Path, limits: Limits) -> Received:
    """Copy `source` to `target` and flush it to the disk.

    Raises `NotAnInstance` before anything is written for what is not DICOM, `LimitExceeded` beyond `file_bytes`,
    `Unusable` for a member that a ZIP does not give.
    """
    sha256, crc32, size = hashlib.sha256(), 0, 0
    with _opened(source) as stream:
        piece = stream.read(_PIECE)
        _recognise_early(piece)
        with target.open("xb") as file:
            while piece:
                size += len(piece)
                if size > limits.file_bytes:
                    raise LimitExceeded(f"the file is larger than {limits.file_bytes // MB} MB")
                sha256.update(piece)
                crc32 = zlib.crc32(piece, crc32)
                file.write(piece)
                piece = stream.read(_PIECE)
            file.flush()
            os.fsync(file.fileno())
    return Received(size, sha256.hexdigest(), crc32)


def _recognise_early(first: bytes) -> None:
    try:
        recognise(io.BytesIO(first), len(first))
    except Damaged:
        return  # DICOM, and to be kept with the reason that the whole file gives


@contextmanager
def _opened(source: Source) -> Iterator[IO[bytes]]:
    if not source.member:
        with open(source.path, "rb") as file:
            yield file
        return
    try:
        with zipfile.ZipFile(source.path) as archive, archive.open(source.member) as file:
            yield file
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError) as error:
        raise Unusable("the ZIP is damaged, or compressed in a way that is not read here") from error
    except RuntimeError as error:
        if isinstance(error, RecursionError):
            raise
        raise Unusable("the ZIP wants a password") from error
