"""Walks a data set's lengths without recursion and without reading values (PS3.5 §7), before a parser trusts them."""

import struct
from dataclasses import dataclass
from typing import BinaryIO

from pydicom.datadict import dictionary_has_tag, dictionary_VR

from .encoding import LONG_VRS, SHORT_VRS, Encoding
from .errors import Damaged, LimitExceeded

UNDEFINED = 0xFFFFFFFF
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_PIXELS = {0x7FE00008: "FloatPixelData", 0x7FE00009: "DoubleFloatPixelData", 0x7FE00010: "PixelData"}
_UNTOLD = frozenset({b"", b"UN"})  # then the parser asks the dictionary
_CUT = "the file is cut short"


@dataclass(frozen=True)
class Pixels:
    """Where the pixel data lie: the offset of the value, its length (None: encapsulated), its VR ("" if implicit)."""

    keyword: str
    vr: str
    offset: int
    length: int | None


@dataclass(frozen=True)
class Structure:
    """The elements before the pixel data end at `header_end`."""

    header_end: int
    pixels: Pixels | None


@dataclass(frozen=True)
class _Open:
    """A sequence or item being walked; `end` is None where a delimiter closes it."""

    is_item: bool
    end: int | None
    implicit: bool


class _Walk:
    def __init__(self, file: BinaryIO, size: int, encoding: Encoding, depth: int, elements: int) -> None:
        self._file, self._size = file, size
        self._depth, self._elements = depth, elements
        order = "<" if encoding.little else ">"
        self._tag_and_length = struct.Struct(f"{order}HHL").unpack
        self._tag_vr_length = struct.Struct(f"{order}HH2sH").unpack
        self._long = struct.Struct(f"{order}L").unpack
        self._implicit = encoding.implicit
        self._open: list[_Open] = []
        self._at = encoding.start

    def walk(self) -> Structure:
        while True:
            self._close_what_ends_here()
            if self._at == self._size and not any(level.end is None for level in self._open):
                return Structure(self._size, None)
            start = self._at
            tag, vr, length = self._read_head()
            if not self._open and tag in _PIXELS:
                return Structure(start, self._pixels(tag, vr, length))
            self._take(tag, vr, length)
            self._elements -= 1
            if self._elements < 0:
                raise LimitExceeded("too many elements")

    def _read_head(self) -> tuple[int, bytes, int]:
        self._file.seek(self._at)
        head = self._file.read(8)
        if len(head) < 8:
            raise Damaged(_CUT)
        self._at += 8
        group, element, length = self._tag_and_length(head)
        tag = group << 16 | element
        implicit = self._open[-1].implicit if self._open else self._implicit
        if implicit or group == 0xFFFE:
            return tag, b"", length
        vr = head[4:6]
        if vr in LONG_VRS:
            more = self._file.read(4)
            if len(more) < 4:
                raise Damaged(_CUT)
            self._at += 4
            return tag, vr, self._long(more)[0]
        if vr not in SHORT_VRS and not b"AA" <= vr <= b"ZZ":
            return tag, b"", length  # some writers fall back to implicit; so does the parser
        return tag, vr, self._tag_vr_length(head)[3]

    def _take(self, tag: int, vr: bytes, length: int) -> None:
        if tag in (_ITEM_END, _SEQUENCE_END):
            self._delimit(is_item=tag == _ITEM_END)
        elif tag == _ITEM:
            if not self._open or self._open[-1].is_item:
                raise Damaged("an item stands outside a sequence")
            self._enter(is_item=True, length=length, implicit=self._open[-1].implicit)
        elif length == UNDEFINED and vr in (b"OB", b"OW"):
            self._at = self._skip_fragments(self._at)
        elif length == UNDEFINED or vr == b"SQ" or (vr in _UNTOLD and _is_sequence(tag)):
            implicit = self._open[-1].implicit if self._open else self._implicit
            self._enter(is_item=False, length=length, implicit=implicit or vr == b"UN")
        else:
            self._at += length
            self._check_end(self._at)

    def _enter(self, *, is_item: bool, length: int, implicit: bool) -> None:
        if len(self._open) >= 2 * self._depth:  # a sequence and its item are one level
            raise LimitExceeded(f"sequences are nested more than {self._depth} deep")
        end = None if length == UNDEFINED else self._at + length
        if end is not None:
            self._check_end(end)
        self._open.append(_Open(is_item, end, implicit))

    def _check_end(self, end: int) -> None:
        bounds = [level.end for level in self._open if level.end is not None][-1:]
        if end > self._size:
            raise Damaged(_CUT)
        if bounds and end > bounds[0]:
            raise Damaged("an element is longer than the sequence it stands in")

    def _delimit(self, *, is_item: bool) -> None:
        if not self._open:
            raise Damaged("a delimiter stands outside a sequence")
        if self._open[-1].is_item != is_item:
            raise Damaged("a sequence is closed that was not opened")
        self._open.pop()

    def _close_what_ends_here(self) -> None:
        while self._open and self._open[-1].end == self._at:
            self._open.pop()

    def _pixels(self, tag: int, vr: bytes, length: int) -> Pixels:
        if length == UNDEFINED:
            self._skip_fragments(self._at)
        elif self._at + length > self._size:
            raise Damaged(_CUT)
        return Pixels(_PIXELS[tag], vr.decode("ascii"), self._at, None if length == UNDEFINED else length)

    def _skip_fragments(self, at: int) -> int:
        """The end of encapsulated data (PS3.5 §A.4); where a file ends after a fragment, only the delimiter is lost."""
        while at < self._size:
            self._file.seek(at)
            head = self._file.read(8)
            if len(head) < 8:
                raise Damaged(_CUT)
            group, element, length = self._tag_and_length(head)
            tag = group << 16 | element
            if tag == _SEQUENCE_END:
                return at + 8
            if tag != _ITEM or length == UNDEFINED:
                raise Damaged("the fragments of the pixel data are broken")
            at += 8 + length
        if at > self._size:
            raise Damaged(_CUT)
        return at


def _is_sequence(tag: int) -> bool:
    return dictionary_has_tag(tag) and dictionary_VR(tag) == "SQ"


def walk(file: BinaryIO, size: int, encoding: Encoding, *, depth: int, elements: int) -> Structure:
    """The structure of the data set in `file` up to its pixel data.

    `depth` bounds the nesting of sequences, `elements` their number: `LimitExceeded` beyond. Raises `Damaged` where a
    length leaves the file or the sequence it stands in, or the file ends inside an element.
    """
    return _Walk(file, size, encoding, depth, elements).walk()
