"""The members of a ZIP, one at a time, within limits that a bomb runs into before it does harm."""

import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from studies.archive.examined import Refused, Skipped, Source
from studies.archive.kinds import QuarantineReason
from studies.ingest.names import shown

GIB = 1 << 30
HEAD = 132
_PIECE = 1 << 20
_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_READABLE = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# What zipfile raises for bytes that are not what they say.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)

Met = Source | Skipped | Refused


@dataclass(frozen=True)
class ZipLimits:
    """What one ZIP may ask of us, with the ZIPs inside it.

    `expanded` bytes are always fine, beyond them `ratio` times the ZIP's own size: pictures never compress that well.
    `directory` bytes of central directory are read into memory.
    """

    members: int = 100_000
    directory: int = 16 << 20
    expanded: int = GIB
    ratio: int = 100
    member: int = 4 * GIB
    depth: int = 2


class _Damaged(Exception):
    """Not a ZIP that can be read; the message says why."""


class _TooMuch(Exception):
    """Beyond a limit; the message says which."""


@dataclass
class _Allowance:
    """What is left for one ZIP and the ZIPs inside it."""

    members: int
    expanded: int


def is_zip(head: bytes) -> bool:
    """Whether a file that begins with these HEAD bytes is a ZIP. DICOM's preamble may look like one (PS3.10 §7.1)."""
    return head.startswith(_MAGIC) and head[128:] != b"DICM"


class Unpacking:
    """Unpacks into `spool`: each `Source` it yields is a file there, for the caller to delete when it was examined.

    No name in a ZIP ever becomes a path. A ZIP that exceeds a limit, or is damaged, is refused as one.
    """

    def __init__(self, spool: Path, limits: ZipLimits) -> None:
        self._spool = spool
        self._limits = limits

    def members(self, path: str, name: str) -> Iterator[Met]:
        """Every member of the ZIP at `path`, sorted by name, those of ZIPs inside it too."""
        size = Path(path).stat().st_size
        allowance = _Allowance(self._limits.members, self._limits.expanded + self._limits.ratio * size)
        yield from self._members(path, name, allowance, 1)

    def _members(self, path: str, name: str, allowance: _Allowance, depth: int) -> Iterator[Met]:
        try:
            check_directory(path, self._limits.directory)
            archive = zipfile.ZipFile(path)
        except _TooMuch as reason:
            yield Refused(name, QuarantineReason.LIMIT, str(reason))
            return
        except (_Damaged, *_DAMAGE):
            yield Refused(name, QuarantineReason.UNREADABLE, "damaged ZIP")
            return
        with archive:
            files = [info for info in archive.infolist() if not info.is_dir()]
            if excess := _excess(files, allowance):
                yield Refused(name, QuarantineReason.LIMIT, excess)
                return
            allowance.members -= len(files)
            allowance.expanded -= sum(info.file_size for info in files)
            for info in sorted(files, key=lambda info: (info.filename, info.header_offset)):
                yield from self._member(archive, info, f"{name}/{shown(info.filename)}", allowance, depth)

    def _member(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, allowance: _Allowance, depth: int
    ) -> Iterator[Met]:
        if stat.S_ISLNK(info.external_attr >> 16):
            yield Skipped(name, "symbolic link")
        elif info.flag_bits & 1:
            yield Refused(name, QuarantineReason.UNREADABLE, "encrypted in the ZIP", info.file_size)
        elif info.compress_type not in _READABLE:
            yield Refused(name, QuarantineReason.UNREADABLE, "compressed by a method not read here", info.file_size)
        elif info.file_size > self._limits.member:
            yield Refused(name, QuarantineReason.LIMIT, "larger than is kept here", info.file_size)
        else:
            yield from self._unpacked(archive, info, name, allowance, depth)

    def _unpacked(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, allowance: _Allowance, depth: int
    ) -> Iterator[Met]:
        try:
            path, head = self._unpack(archive, info)
        except _DAMAGE:
            yield Refused(name, QuarantineReason.UNREADABLE, "damaged in the ZIP")
            return
        if not is_zip(head):
            yield Source(name, path)
            return
        try:
            if depth < self._limits.depth:
                yield from self._members(path, name, allowance, depth + 1)
            else:
                yield Refused(name, QuarantineReason.LIMIT, "a ZIP too deep within ZIPs")
        finally:
            Path(path).unlink()

    def _unpack(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> tuple[str, bytes]:
        """(path, first HEAD bytes) of a member's file. zipfile never gives more bytes than `info.file_size`."""
        with tempfile.NamedTemporaryFile(dir=self._spool, delete=False) as file:
            try:
                with archive.open(info) as member:
                    head = piece = member.read(_PIECE)
                    while piece:
                        file.write(piece)
                        piece = member.read(_PIECE)
            except BaseException:
                Path(file.name).unlink()
                raise
        return file.name, head[:HEAD]


def _excess(files: list[zipfile.ZipInfo], allowance: _Allowance) -> str:
    """Why a ZIP is not unpacked; "" if it is."""
    if len(files) > allowance.members:
        return "a ZIP with too many members"
    if sum(info.file_size for info in files) > allowance.expanded:
        return "a ZIP that expands to too much"
    return ""


def check_directory(path: str, limit: int) -> None:
    """Refuse a central directory larger than `limit` bytes before zipfile reads it (APPNOTE.TXT 4.3.14 and 4.3.16)."""
    with Path(path).open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 22 - 65_535))
        end = file.read()
        at = end.rfind(b"PK\x05\x06")
        if at < 0 or len(end) - at < 22:
            raise _Damaged("no end of central directory")
        (length,) = struct.unpack_from("<L", end, at + 12)
        locator = end[at - 20 : at] if at >= 20 else b""
        if locator[:4] == b"PK\x06\x07":
            file.seek(min(struct.unpack_from("<Q", locator, 8)[0], size))
            record = file.read(56)
            if len(record) < 56:
                raise _Damaged("no ZIP64 end of central directory")
            length = max(struct.unpack_from("<Q", record, 40)[0], length if length != 0xFFFFFFFF else 0)
    if length > limit:
        raise _TooMuch("a ZIP whose directory is too large")
