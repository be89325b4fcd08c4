"""Values from outside, made to fit the columns they go into. The original file keeps them unshortened."""

import math

INTEGER_COLUMN = range(-(2**31), 2**31)
_CONTROLS = dict.fromkeys([*range(32), 127])


def text(value: str, length: int) -> str:
    """`value` without control characters (PostgreSQL refuses NUL) and lone surrogates, at most `length` characters."""
    return value.translate(_CONTROLS).encode("utf-8", "replace").decode("utf-8").strip()[:length]


def tail(value: str, length: int) -> str:
    """The same for a file's name, of which the end says most."""
    kept = text(value, len(value))
    return kept if len(kept) <= length else "…" + kept[-(length - 1) :]


def integer(value: int | None) -> int | None:
    """`value`, or None where a 32-bit column cannot hold it."""
    return value if value is not None and value in INTEGER_COLUMN else None


def number(value: float | None) -> float | None:
    """`value`, or None where it is infinite or not a number."""
    return value if value is not None and math.isfinite(value) else None
