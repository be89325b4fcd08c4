"""What a file is and how it is encoded (PS3.10 §7): the preamble, the meta information, or a guess without them."""

import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from .errors import Damaged, LimitExceeded, NotAnInstance

DEFLATED = frozenset({"1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.8.1"})
IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"
DIRECTORY = "1.2.840.10008.1.3.10"

# PS3.5 §7.1.2: these have two reserved bytes and a length of four.
LONG_VRS = frozenset({b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"})
SHORT_VRS = frozenset(
    {b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FD", b"FL", b"IS", b"LO", b"LT", b"PN", b"SH", b"SL", b"SS"}
    | {b"ST", b"TM", b"UI", b"UL", b"US"}
)
_VRS = SHORT_VRS | LONG_VRS
_PIECE = 1 << 20


@dataclass(frozen=True)
class Encoding:
    """`start` is where the data set begins in the file; `implicit` is how it really is written, whatever it says."""

    transfer_syntax: str
    start: int
    implicit: bool
    media_class: str = ""

    @property
    def little(self) -> bool:
        return self.transfer_syntax != EXPLICIT_BIG

    @property
    def deflated(self) -> bool:
        return self.transfer_syntax in DEFLATED


def recognise(file: BinaryIO, size: int) -> Encoding:
    """How `file` is encoded. Raises `NotAnInstance` for what is not DICOM or is a DICOMDIR."""
    if not size:
        raise NotAnInstance("empty file")
    head = file.read(132)
    start = 132 if head[128:] == b"DICM" else 0
    file.seek(start)
    if not start and not _looks_like_dicom(head):
        raise NotAnInstance("not a DICOM file")
    meta, start = _meta_information(file, start)
    media_class = meta.get(0x0002, "")
    if media_class == DIRECTORY:
        raise NotAnInstance("DICOMDIR: a directory of other files")
    file.seek(start)
    first = file.read(8)
    syntax = meta.get(0x0010, "") or _guess(first)
    if start >= size:
        raise Damaged("the file ends after its first lines")
    return Encoding(syntax, start, syntax == IMPLICIT_LITTLE and first[4:6] not in _VRS, media_class)


def inflate(source: BinaryIO, target: BinaryIO, limit: int) -> int:
    """Expand a deflated data set (PS3.5 §A.5); at most `limit` bytes, else `LimitExceeded`. Returns how many."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    expanded = 0
    while piece := source.read(_PIECE):
        while piece:
            try:
                plain = inflater.decompress(piece, _PIECE)
            except zlib.error as error:
                raise Damaged("the compressed part of the file is damaged") from error
            expanded += len(plain)
            if expanded > limit:
                raise LimitExceeded(f"expands to more than {limit // 2**20} MB")
            target.write(plain)
            piece = inflater.unconsumed_tail
        if inflater.eof:
            break
    plain = inflater.flush()
    if not inflater.eof or expanded + len(plain) > limit:
        raise Damaged("the compressed part of the file is cut short")
    target.write(plain)
    return expanded + len(plain)


def _looks_like_dicom(head: bytes) -> bool:
    """A file without preamble begins with an element of group 2 or 8 (identifying information)."""
    if len(head) < 8:
        return False
    if head[:2] in (b"\x00\x02", b"\x00\x08"):  # big endian is always explicit
        return head[4:6] in _VRS
    group, element, length = struct.unpack("<HHL", head[:8])
    if group not in (2, 8) or element > 0x3000:
        return False
    return head[4:6] in _VRS or length <= 1 << 10


def _meta_information(file: BinaryIO, start: int) -> tuple[dict[int, str], int]:
    """Group 2, always explicit little endian, as {element: text}; and where the data set begins."""
    found: dict[int, str] = {}
    while True:
        file.seek(start)
        head = file.read(12)
        if len(head) < 8 or head[:2] != b"\x02\x00" or head[4:6] not in _VRS:
            return found, start
        element, vr = int.from_bytes(head[2:4], "little"), head[4:6]
        if vr in LONG_VRS:
            length, offset = int.from_bytes(head[8:12], "little"), 12
        else:
            length, offset = int.from_bytes(head[6:8], "little"), 8
        if element in (0x0002, 0x0010):
            file.seek(start + offset)
            found[element] = file.read(min(length, 64)).decode("ascii", "replace").strip("\0 ")
        start += offset + length


def _guess(head: bytes) -> str:
    """The transfer syntax of a data set whose file does not name it."""
    if head[4:6] in _VRS:
        return EXPLICIT_BIG if head[:1] == b"\0" and head[1:2] != b"\0" else EXPLICIT_LITTLE
    return IMPLICIT_LITTLE
