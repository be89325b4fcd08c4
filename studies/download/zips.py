"""A ZIP (APPNOTE 6.3.10) of which every byte is known before the first one is sent.

Members are stored, not compressed: pictures hardly shrink, and so the length of the whole is exact, any range of it can
be sent alone, and a transfer that broke off goes on where it stopped. What a member holds is read when it is sent, in
pieces. Beyond 4 GiB or 65,535 members the fields of ZIP64 are written (§4.5.3, §4.3.14).
"""

import hashlib
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from pathlib import Path

PIECE = 256 * 1024
_MOST_32, _MOST_16 = 0xFFFFFFFF, 0xFFFF
_PLAIN, _ZIP64 = 20, 45  # the version that a reader needs
_MADE_BY = 3 << 8 | _ZIP64  # Unix, so that the mode below counts
_MODE = 0o100644 << 16

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_END = struct.Struct("<4s4H2LH")


class Interrupted(Exception):
    """A file is no longer what it was when the ZIP was laid out: the rest must not be sent."""


@dataclass(frozen=True)
class Member:
    """A file of the ZIP: `head`, and after it the bytes of `path` from `skip` on, `rest` of them.

    `name` is ASCII with slashes; `crc32` that of the whole member.
    """

    name: str
    crc32: int
    head: bytes = b""
    path: Path | None = None
    skip: int = 0
    rest: int = 0

    @classmethod
    def of(cls, name: str, content: bytes) -> "Member":
        return cls(name, zlib.crc32(content), content)

    @property
    def size(self) -> int:
        return len(self.head) + self.rest

    @property
    def is_large(self) -> bool:
        return self.size >= _MOST_32


class Zip:
    """`modified` is what all members carry, without time zone; the years of a ZIP begin with 1980."""

    def __init__(self, members: Sequence[Member], modified: datetime) -> None:
        self._members = tuple(members)
        self._stamp = _dos_stamp(modified)
        lengths = (len(self._local(member)) + member.size for member in self._members)
        self._offsets = list(accumulate(lengths, initial=0))
        self._directory = self._central_directory()

    @property
    def size(self) -> int:
        """Bytes, exactly."""
        return self._offsets[-1] + len(self._directory)

    @property
    def digest(self) -> str:
        """Equal for equal bytes: the directory names every member with its length and CRC-32."""
        return hashlib.sha256(self._directory).hexdigest()[:32]

    def pieces(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to `stop`, in pieces of at most `PIECE` where they come from files.

        Raises `Interrupted` where a file has become shorter or is gone.
        """
        stop = self.size if stop is None else stop
        first = bisect_right(self._offsets, start) - 1
        for member, offset in zip(self._members[first:], self._offsets[first:], strict=False):
            if offset >= stop:
                return
            opening = self._local(member) + member.head
            if part := _cut(opening, offset, start, stop):
                yield part
            begin = offset + len(opening)
            yield from _from_file(member, max(start - begin, 0), min(stop - begin, member.rest))
        if part := _cut(self._directory, self._offsets[-1], start, stop):
            yield part

    def _local(self, member: Member) -> bytes:
        """§4.3.7."""
        sizes = member.size, member.size
        extra = struct.pack("<2H2Q", 1, 16, *sizes) if member.is_large else b""
        shown = (_MOST_32, _MOST_32) if member.is_large else sizes
        version = _ZIP64 if member.is_large else _PLAIN
        name = member.name.encode("ascii")
        lengths = len(name), len(extra)
        return _LOCAL.pack(b"PK\3\4", version, 0, 0, *self._stamp, member.crc32, *shown, *lengths) + name + extra

    def _central(self, member: Member, offset: int) -> bytes:
        """§4.3.12."""
        shown, beyond = [member.size, member.size, offset], list[int]()
        if member.is_large:
            beyond += shown[:2]
            shown[:2] = _MOST_32, _MOST_32
        if offset >= _MOST_32:
            beyond.append(offset)
            shown[2] = _MOST_32
        extra = struct.pack(f"<2H{len(beyond)}Q", 1, 8 * len(beyond), *beyond) if beyond else b""
        version = _ZIP64 if beyond else _PLAIN
        name = member.name.encode("ascii")
        fixed = _CENTRAL.pack(
            *(b"PK\1\2", _MADE_BY, version, 0, 0, *self._stamp, member.crc32, *shown[:2]),
            *(len(name), len(extra), 0, 0, 0, _MODE, shown[2]),
        )
        return fixed + name + extra

    def _central_directory(self) -> bytes:
        """With the end of the ZIP: §4.3.14 to §4.3.16."""
        begin, count = self._offsets[-1], len(self._members)
        listed = b"".join(map(self._central, self._members, self._offsets))
        end = begin + len(listed)
        beyond = b""
        if end >= _MOST_32 or count >= _MOST_16:
            beyond = _END_64.pack(b"PK\6\6", 44, _MADE_BY, _ZIP64, 0, 0, count, count, len(listed), begin)
            beyond += _LOCATOR_64.pack(b"PK\6\7", 0, end, 1)
        short = min(count, _MOST_16)
        length, start = min(len(listed), _MOST_32), min(begin, _MOST_32)
        return listed + beyond + _END.pack(b"PK\5\6", 0, 0, short, short, length, start, 0)


def _dos_stamp(modified: datetime) -> tuple[int, int]:
    """MS-DOS time and date (§4.4.6), in steps of two seconds."""
    year = min(max(modified.year, 1980), 2107)
    time = modified.hour << 11 | modified.minute << 5 | modified.second // 2
    return time, (year - 1980) << 9 | modified.month << 5 | modified.day


def _cut(content: bytes, offset: int, start: int, stop: int) -> bytes:
    """What of `content`, which lies at `offset`, is between `start` and `stop`."""
    return content[max(start - offset, 0) : max(stop - offset, 0)]


def _from_file(member: Member, begin: int, end: int) -> Iterator[bytes]:
    """The bytes of the member's file between two places counted from `skip`."""
    if member.path is None or begin >= end:
        return
    try:
        with member.path.open("rb", buffering=0) as file:
            file.seek(member.skip + begin)
            while begin < end:
                piece = file.read(min(PIECE, end - begin))
                if not piece:
                    raise Interrupted("a file has become shorter")
                begin += len(piece)
                yield piece
    except OSError as error:
        raise Interrupted("a file cannot be read") from error
