"""The smallest table of addresses there can be: one row that holds for every IPv4 address (MaxMind DB format 2.0)."""

from pathlib import Path
from typing import Any

_MARK = b"\xab\xcd\xefMaxMind.com"
# Types by number; those from 8 on take a second byte.
_STRING, _UINT16, _UINT32, _MAP, _UINT64, _ARRAY = 2, 5, 6, 7, 9, 11


def table_with(row: dict[str, Any], path: Path) -> Path:
    """Write a table in which every IPv4 address has this row."""
    # One node, whose two branches lead to the first row: its offset, after the tree and 16 bytes between.
    leads_to = (1 + 16).to_bytes(3, "big")
    about = {
        "binary_format_major_version": _number(_UINT16, 2),
        "binary_format_minor_version": _number(_UINT16, 0),
        "build_epoch": _number(_UINT64, 1),
        "database_type": _written("Test"),
        "description": _written({"en": "Test"}),
        "ip_version": _number(_UINT16, 4),
        "languages": _head(_ARRAY, 1) + _written("en"),
        "node_count": _number(_UINT32, 1),
        "record_size": _number(_UINT16, 24),
    }
    written = b"".join(_written(key) + value for key, value in about.items())
    path.write_bytes(leads_to * 2 + bytes(16) + _written(row) + _MARK + _head(_MAP, len(about)) + written)
    return path


def _written(value: str | dict[str, Any]) -> bytes:
    if isinstance(value, dict):
        return _head(_MAP, len(value)) + b"".join(_written(part) for pair in value.items() for part in pair)
    return _head(_STRING, len(value.encode())) + value.encode()


def _number(kind: int, value: int) -> bytes:
    size = {_UINT16: 2, _UINT32: 4, _UINT64: 8}[kind]
    return _head(kind, size) + value.to_bytes(size, "big")


def _head(kind: int, size: int) -> bytes:
    first, more = (kind, b"") if kind < 8 else (0, bytes([kind - 7]))
    return bytes([first << 5 | size]) + more if size < 29 else bytes([first << 5 | 29]) + more + bytes([size - 29])
