"""Elements of a data set in explicit VR little endian (PS3.5 §7.1.2), from plain values or DICOM JSON (PS3.18 §F.2).

Only what directory records are made of: text, sequences, a few numbers. Values from outside are made to fit, never
refused; text is UTF-8 (`ISO_IR 192`).
"""

import struct
from collections.abc import Mapping, Sequence
from typing import Any

from pydicom.datadict import dictionary_VR, tag_for_keyword

# Of this product, as PS3.10 §7.1 wants it: a UID made from a UUID (PS3.5 §B.2).
_IMPLEMENTATION = "2.25.250133178471927349122430215083167921480"
_LONGEST_SHORT = 0xFFFE
_NUMBERS = {"US": "<H", "SS": "<h", "UL": "<L", "SL": "<l", "FL": "<f", "FD": "<d"}
_LONG = frozenset({"UC", "UR", "UT"})
# Characters, of PS3.5 §6.2; for a name those of one of its three groups.
_LONGEST = {"AE": 16, "CS": 16, "LO": 64, "PN": 64, "SH": 16, "UI": 64}
_TEXT = frozenset({"AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UI"}) | _LONG


def element(keyword: str, *values: str | int) -> bytes:
    """An element of the dictionary (PS3.6); without values it is empty."""
    tag = tag_for_keyword(keyword)
    assert tag is not None  # noqa: S101 - keywords are written here, by us
    return _encoded(tag, dictionary_VR(tag), values)


def meta_information(sop_class: str, sop_instance: str, transfer_syntax: str) -> bytes:
    """What stands before the data set of a file (PS3.10 §7.1), without its preamble and prefix."""
    content = b"".join(
        [
            struct.pack("<2H2sHL", 0x0002, 0x0001, b"OB", 0, 2) + b"\0\1",
            element("MediaStorageSOPClassUID", sop_class),
            element("MediaStorageSOPInstanceUID", sop_instance),
            element("TransferSyntaxUID", transfer_syntax),
            element("ImplementationClassUID", _IMPLEMENTATION),
            element("ImplementationVersionName", "PACSONWEB"),
        ]
    )
    return element("FileMetaInformationGroupLength", len(content)) + content


def from_json(described: Mapping[str, Any], keyword: str) -> bytes:
    """An element as a DICOM JSON object has it; nothing if it has none, or of a kind that records do not need."""
    tag = tag_for_keyword(keyword)
    assert tag is not None  # noqa: S101 - as above
    return _from_json(f"{tag:08X}", described.get(f"{tag:08X}"))


def _from_json(tag: str, found: object) -> bytes:
    if not isinstance(found, dict) or not (values := found.get("Value")):
        return b""
    vr = found.get("vr", "")
    if vr == "SQ":
        items = b"".join(_item(item) for item in values if isinstance(item, dict))
        return _head(int(tag, 16), vr, len(items)) + items
    plain = [_name(value) if vr == "PN" else value for value in values if value is not None]
    return _encoded(int(tag, 16), vr, plain) if vr in _TEXT or vr in _NUMBERS else b""


def _item(described: Mapping[str, Any]) -> bytes:
    content = b"".join(_from_json(tag, described[tag]) for tag in sorted(described))
    return struct.pack("<2HL", 0xFFFE, 0xE000, len(content)) + content


def _name(value: object) -> str:
    """The groups of a PN (PS3.18 §F.2.2) as one text."""
    if not isinstance(value, dict):
        return ""
    return "=".join(str(value.get(group, "")) for group in ("Alphabetic", "Ideographic", "Phonetic")).rstrip("=")


def _encoded(tag: int, vr: str, values: Sequence[str | int]) -> bytes:
    if vr in _NUMBERS:
        content = b"".join(struct.pack(_NUMBERS[vr], value) for value in values)
    else:
        content = "\\".join(_fitting(vr, str(value)) for value in values).encode()
        content += (b"\0" if vr == "UI" else b" ") * (len(content) % 2)
        if len(content) > _LONGEST_SHORT and vr not in _LONG:
            content = b""
    return _head(tag, vr, len(content)) + content


def _fitting(vr: str, text: str) -> str:
    """Without control characters and backslashes, which part values, and not too long."""
    clean = "".join(character for character in text if character.isprintable() and character != "\\")
    if vr == "PN":
        return "=".join(group[: _LONGEST[vr]] for group in clean.split("=")[:3])
    return clean[: _LONGEST.get(vr)]


def _head(tag: int, vr: str, length: int) -> bytes:
    group, number = tag >> 16, tag & 0xFFFF
    if vr == "SQ" or vr in _LONG:
        return struct.pack("<2H2sHL", group, number, vr.encode(), 0, length)
    return struct.pack("<2H2sH", group, number, vr.encode(), length)
