"""One line in the log for each request: method, route, status, milliseconds. No path, no query, nobody's address."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from .logs import route_of

View = Callable[[HttpRequest], HttpResponseBase]

_log = logging.getLogger("pacsonweb.requests")


def log_requests(get_response: View) -> View:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = get_response(request)
        fields = {
            "method": request.method,
            "route": route_of(request),
            "status": response.status_code,
            "ms": round((time.perf_counter() - began) * 1000, 1),
        }
        _log.info("request", extra={"fields": fields})
        return response

    return middleware
