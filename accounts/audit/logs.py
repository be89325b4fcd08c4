"""Structured logs: one JSON object a line, without a patient's data.

Only the event's name, its fields and the exception's type and place are written, never an exception's text, a request's
body, its query or an address that carries a code. What Django says of a request names its path, which may be
`/p/CODE`: of a request only method, route and status are kept. A route is the pattern, such as `studies/<uuid>/`.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from http import HTTPStatus

from django.http import HttpRequest

# Their text repeats what a client sent.
_ECHOING = ("django.request", "django.server", "django.security", "gunicorn")


class JsonFormatter(logging.Formatter):
    """Formats a record as JSON; fields given as `extra={"fields": {...}}` are kept."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
            **_request_fields(record),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            line["where"] = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(record.exc_info[2])[-6:]]
        return json.dumps(line, default=str, ensure_ascii=False)


def route_of(request: HttpRequest) -> str | None:
    """The pattern of the address that was asked for; None where no page answers to it."""
    return request.resolver_match.route if request.resolver_match else None


def _event(record: logging.LogRecord) -> str:
    """The record's text, or the bare kind of event where the text may repeat what a client sent."""
    if not _echoes(record):
        return record.getMessage()
    try:
        return HTTPStatus(getattr(record, "status_code", 0)).phrase
    except ValueError:
        return record.name


def _request_fields(record: logging.LogRecord) -> dict[str, object]:
    request = getattr(record, "request", None)
    if not isinstance(request, HttpRequest):
        return {}
    return {"method": request.method, "route": route_of(request), "status": getattr(record, "status_code", None)}


def _echoes(record: logging.LogRecord) -> bool:
    return isinstance(getattr(record, "request", None), HttpRequest) or record.name.startswith(_ECHOING)
