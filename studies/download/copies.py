"""How the copy of an original that is handed out begins: PS3.10 §7.1 wants 128 bytes, `DICM` and meta information.

The 128 bytes are free to use, so that a file can be a program or a script as well as a picture (CVE-2019-11687): in the
copy they are zero, unless they make it a TIFF too, which is what they are free for. Files without them get them.
"""

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from studies.models import Instance

from .checksums import joined, replaced
from .elements import meta_information

_PREAMBLE = bytes(128)
_PREFIX = b"DICM"
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_META_GROUP = struct.pack("<H", 2)


@dataclass(frozen=True)
class Copy:
    """`head` stands in the place of the original's first `skip` bytes; `crc32` is that of the whole copy."""

    head: bytes
    skip: int
    crc32: int


def copy_of(instance: Instance, original: Path) -> Copy:
    """How the copy of an instance differs; the original's beginning is read, not more. Raises `OSError`."""
    with original.open("rb") as file:
        begin = file.read(len(_PREAMBLE) + len(_PREFIX))
    preamble = begin[: len(_PREAMBLE)]
    if begin[len(_PREAMBLE) :] != _PREFIX:
        meta = meta_information(instance.sop_class_uid, instance.sop_instance_uid, instance.transfer_syntax_uid)
        head = _PREAMBLE + _PREFIX + (b"" if begin.startswith(_META_GROUP) else meta)
        return Copy(head, 0, joined(zlib.crc32(head), instance.crc32, instance.size))
    if preamble == _PREAMBLE or preamble.startswith(_TIFF):
        return Copy(b"", 0, instance.crc32)
    rest = instance.size - len(_PREAMBLE)
    return Copy(
        _PREAMBLE,
        len(_PREAMBLE),
        replaced(instance.crc32, zlib.crc32(preamble), zlib.crc32(_PREAMBLE), rest),
    )
