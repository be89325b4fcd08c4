"""Questions to OCSP responders over HTTP (RFC 6960, appendix A.1).

The address comes from a certificate, so that only hosts on a list are asked, redirects are not followed and the answer
is bounded. A socket times out between packets only, which a slow peer stretches without end; hence a thread and a
clock.
"""

import http.client
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from .interfaces import NoAnswer

SECONDS = 4.0
LARGEST = 65_536  # bytes
_PORTS = {"http": 80, "https": 443}


@dataclass
class _Carried:
    answer: bytes = b""
    why: str = "late"
    line: socket.socket | None = None


@dataclass(frozen=True)
class HttpCourier:
    """`hosts` may be asked: `name` on the usual port, `name:port` on another one."""

    hosts: frozenset[str] = field(default_factory=lambda: frozenset(settings.EID_OCSP_HOSTS))
    seconds: float = SECONDS

    def ask(self, address: str, question: bytes) -> bytes:
        parts = self._allowed(address)
        carried = _Carried()
        connection = self._connection(parts)

        def work() -> None:
            try:
                connection.connect()
                carried.line = connection.sock
                carried.answer = _answer(connection, parts, question)
                carried.why = ""
            except NoAnswer as error:
                carried.why = str(error)
            except (OSError, http.client.HTTPException) as error:
                carried.why = type(error).__name__
            finally:
                connection.close()

        carrier = threading.Thread(target=work, daemon=True, name="ocsp courier")
        carrier.start()
        carrier.join(self.seconds)
        why = carried.why
        if carrier.is_alive() and carried.line is not None:
            with suppress(OSError):  # it hung up itself
                carried.line.shutdown(socket.SHUT_RDWR)
        if why:
            raise NoAnswer(why)
        return carried.answer

    def _allowed(self, address: str) -> SplitResult:
        try:
            parts = urlsplit(address)
            port = parts.port or _PORTS[parts.scheme]
        except (ValueError, KeyError):
            raise NoAnswer("no http address") from None
        host = parts.hostname or ""
        named = host if port == _PORTS[parts.scheme] else f"{host}:{port}"
        if named not in self.hosts or parts.username is not None:
            raise NoAnswer("host not on the list")
        return parts

    def _connection(self, parts: SplitResult) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        return kind(parts.hostname or "", parts.port, timeout=self.seconds)


def _answer(connection: http.client.HTTPConnection, parts: SplitResult, question: bytes) -> bytes:
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    headers = {"Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response"}
    connection.request("POST", path, question, headers)
    response = connection.getresponse()
    if response.status != http.client.OK:
        raise NoAnswer(f"status {response.status}")
    answer = response.read(LARGEST + 1)
    if len(answer) > LARGEST:
        raise NoAnswer("too large")
    return answer
