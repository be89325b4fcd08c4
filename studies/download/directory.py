"""The DICOMDIR of a medium (PS3.10 §8, PS3.3 §F): records of patient, study, series and files, each naming the next."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from uuid import UUID

from studies.archive.encoding import DIRECTORY, EXPLICIT_LITTLE

from .elements import element, meta_information
from .records import PRIVATE

# Says what our PRIVATE records hold: their instance number and nothing more.
_PRIVATE_RECORD_UID = "2.25.187203614250339771026117311586215236471"
_ITEM = struct.Struct("<2HL")
_SEQUENCE = struct.Struct("<2H2sHL")
_IN_USE = 0xFFFF


@dataclass(frozen=True)
class Reference:
    """The file of a record: its path on the medium in parts, and what its meta information says."""

    file_id: tuple[str, ...]
    sop_class: str
    sop_instance: str
    transfer_syntax: str


@dataclass
class Record:
    """`keys` are encoded elements, from (0008,0005) on; `offset` is where the record begins in the file."""

    kind: str
    keys: bytes
    reference: Reference | None = None
    below: list["Record"] = field(default_factory=list)
    offset: int = 0

    def encoded(self, following: int = 0) -> bytes:
        """The item of the sequence; `following` is the offset of the next record of the same level, 0 for none."""
        lower = self.below[0].offset if self.below else 0
        content = b"".join(
            [
                element("OffsetOfTheNextDirectoryRecord", following),
                element("RecordInUseFlag", _IN_USE),
                element("OffsetOfReferencedLowerLevelDirectoryEntity", lower),
                element("DirectoryRecordType", self.kind),
                element("PrivateRecordUID", _PRIVATE_RECORD_UID) if self.kind == PRIVATE else b"",
                _referenced(self.reference) if self.reference else b"",
                self.keys,
            ]
        )
        return _ITEM.pack(0xFFFE, 0xE000, len(content)) + content


def dicomdir(patients: Sequence[Record], medium: UUID) -> bytes:
    """The file `DICOMDIR` of a medium, by its records of patients. The same records give the same bytes."""
    head = _head(medium)
    begin = len(head) + len(_entity(0, 0)) + _SEQUENCE.size
    end = _place(patients, begin)
    records = b"".join(_in_order(patients))
    return head + _entity(patients[0].offset, patients[-1].offset) + _sequence(end - begin) + records


def _head(medium: UUID) -> bytes:
    meta = meta_information(DIRECTORY, f"2.25.{medium.int}", EXPLICIT_LITTLE)
    return bytes(128) + b"DICM" + meta + element("FileSetID")


def _entity(first: int, last: int) -> bytes:
    return (
        element("OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity", first)
        + element("OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity", last)
        + element("FileSetConsistencyFlag", 0)
    )


def _sequence(length: int) -> bytes:
    return _SEQUENCE.pack(0x0004, 0x1220, b"SQ", 0, length)


def _place(records: Sequence[Record], offset: int) -> int:
    """Give every record its offset, each before what lies below it. Returns where the last one ends."""
    for record in records:
        record.offset = offset
        offset = _place(record.below, offset + len(record.encoded()))
    return offset


def _in_order(records: Sequence[Record]) -> list[bytes]:
    written = []
    for record, following in zip_longest(records, records[1:]):
        written += [record.encoded(following.offset if following else 0), *_in_order(record.below)]
    return written


def _referenced(reference: Reference) -> bytes:
    return b"".join(
        [
            element("ReferencedFileID", *reference.file_id),
            element("ReferencedSOPClassUIDInFile", reference.sop_class),
            element("ReferencedSOPInstanceUIDInFile", reference.sop_instance),
            element("ReferencedTransferSyntaxUIDInFile", reference.transfer_syntax),
        ]
    )
