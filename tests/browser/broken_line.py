"""A line to the portal that breaks while something comes through it, as a phone's does in a lift."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_PIECE = 64 * 1024


@dataclass
class Line:
    """`address` is where the portal answers through it; `asked` are the ranges with which what broke off was asked for.

    Whoever asks for `path` gets `bytes_before` bytes of the answer, and then the line breaks, the first `times` times.
    """

    address: str
    path: str
    bytes_before: int
    times: int
    asked: list[str] = field(default_factory=list)


@contextmanager
def broken_line(portal: str, path: str, bytes_before: int, times: int = 1) -> Iterator[Line]:
    parts = urlsplit(portal)
    there = (parts.hostname or "localhost", parts.port or 80)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        line = Line(f"http://localhost:{listening.getsockname()[1]}", path, bytes_before, times)
        threading.Thread(target=_accept, args=[listening, there, line], daemon=True).start()
        yield line


def _accept(listening: socket.socket, there: tuple[str, int], line: Line) -> None:
    while True:
        try:
            client, _address = listening.accept()
        except OSError:  # closed: the story is over
            return
        threading.Thread(target=_carry, args=[client, there, line], daemon=True).start()


def _carry(client: socket.socket, there: tuple[str, int], line: Line) -> None:
    left = None
    with client, socket.create_connection(there) as server:
        while True:
            ready, _, _ = select.select([client, server], [], [])
            for one, other in ((client, server), (server, client)):
                if one not in ready:
                    continue
                try:
                    piece = one.recv(_PIECE)
                except ConnectionError:
                    return
                if not piece:
                    return
                if one is client and piece.startswith(f"GET {line.path} ".encode()):
                    left = _left(piece, line)
                if one is server and left is not None:
                    piece, left = piece[:left], left - len(piece)
                other.sendall(piece)
                if left is not None and left <= 0:
                    return


def _left(request: bytes, line: Line) -> int | None:
    """How many bytes of the answer come through; None for all of them."""
    headers = dict(part.split(b": ", 1) for part in request.split(b"\r\n\r\n")[0].split(b"\r\n")[1:])
    line.asked.append(headers.get(b"Range", b"").decode())
    return line.bytes_before if len(line.asked) <= line.times else None
