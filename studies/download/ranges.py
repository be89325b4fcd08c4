"""Which part of a file a request asks for: a single range of bytes (RFC 9110 §14.1.2, §13.1.5)."""

import re

_RANGE = re.compile(r"bytes=(?:(?P<first>\d{1,18})-(?P<last>\d{1,18})?|-(?P<suffix>\d{1,18}))\s*", re.ASCII)


class NotSatisfiable(Exception):
    """The range begins beyond the end: 416."""


def asked_range(asked: str | None, if_range: str | None, etag: str, size: int) -> range | None:
    """The bytes that `Range` asks for; None for all of them.

    So it is where nothing is asked, where it is asked in a way not served here (several ranges, another unit), and
    where `If-Range` names another version: a transfer begins anew rather than going on with other bytes. Raises
    `NotSatisfiable`.
    """
    if asked is None or (if_range is not None and if_range != etag):
        return None
    found = _RANGE.fullmatch(asked)
    if found is None:
        return None
    if found["suffix"] is not None:
        start, stop = max(size - int(found["suffix"]), 0), size
    else:
        start, stop = int(found["first"]), min(int(found["last"] or size - 1) + 1, size)
        if found["last"] and int(found["last"]) < start:
            return None  # no range at all, as a header that is not understood
    if start >= stop:
        raise NotSatisfiable
    return range(start, stop)
