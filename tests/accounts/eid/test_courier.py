"""Questions over HTTP: to hosts on the list only, no further, not for long, and not for much."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from accounts.eid.http import LARGEST, HttpCourier
from accounts.eid.interfaces import NoAnswer

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Peer:
    """A server on this machine that answers however it is told."""

    answer: Answer
    asked: list[tuple[str, str, str, bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def ask(self, path: str = "/eid", seconds: float = 2.0) -> bytes:
        return HttpCourier(frozenset({self.host}), seconds).ask(f"http://{self.host}{path}", b"question")


def plainly(status: int = 200, body: bytes = b"answer", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@pytest.fixture
def peer() -> Iterator[Peer]:
    told = Peer(plainly())

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.asked.append((self.command, self.path, self.headers["Content-Type"], body))
            try:
                told.answer(self)
            except OSError:
                return  # the courier hung up

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield told
    server.shutdown()
    server.server_close()


def why(asking: Callable[[], bytes]) -> str:
    with pytest.raises(NoAnswer) as none:
        asking()
    return str(none.value)


def test_a_question_is_posted_and_its_answer_comes_back(peer: Peer) -> None:
    assert peer.ask("/eid?citizen") == b"answer"
    assert peer.asked == [("POST", "/eid?citizen", "application/ocsp-request", b"question")]


def test_a_host_that_is_not_on_the_list_is_not_asked(peer: Peer) -> None:
    courier = HttpCourier(frozenset({"ocsp.eid.belgium.be"}))
    for address in (
        f"http://{peer.host}/",
        f"http://ocsp.eid.belgium.be@{peer.host}/",
        f"http://ocsp.eid.belgium.be.evil.example:{peer.port}/",
        "http://ocsp.eid.belgium.be:8080/",
        "http://user:word@ocsp.eid.belgium.be/",
        "file:///etc/passwd",
        "ftp://ocsp.eid.belgium.be/",
        "http://[::1/",
        "http://ocsp.eid.belgium.be:port/",
        "",
    ):
        assert why(lambda address=address: courier.ask(address, b"")) in ("host not on the list", "no http address")  # type: ignore[misc]
    assert peer.asked == []


def test_a_redirect_is_not_followed(peer: Peer) -> None:
    peer.answer = plainly(302, b"", Location="/elsewhere")
    assert why(peer.ask) == "status 302"
    assert len(peer.asked) == 1


@pytest.mark.parametrize("status", [204, 404, 500])
def test_an_answer_that_is_none_is_none(peer: Peer, status: int) -> None:
    peer.answer = plainly(status, b"")
    assert why(peer.ask) == f"status {status}"


def test_an_answer_is_bounded(peer: Peer) -> None:
    peer.answer = plainly(body=b"x" * LARGEST)
    assert len(peer.ask()) == LARGEST
    peer.answer = plainly(body=b"x" * (LARGEST + 1))
    assert why(peer.ask) == "too large"


def test_a_peer_that_says_a_little_at_a_time_is_left_and_hung_up_on(peer: Peer) -> None:
    gone = threading.Event()

    def slowly(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        try:
            for _ in range(200):
                handler.wfile.write(b"x")
                time.sleep(0.02)
        except OSError:
            gone.set()
            raise

    peer.answer = slowly
    began = time.monotonic()
    assert why(lambda: peer.ask(seconds=0.2)) == "late"
    assert time.monotonic() - began < 1.0
    assert gone.wait(2.0)


def test_nobody_there_is_no_answer() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
        assert why(lambda: HttpCourier(frozenset({host})).ask(f"http://{host}/", b"")) == "ConnectionRefusedError"


def test_nonsense_is_no_answer(peer: Peer) -> None:
    def nonsense(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"nonsense\r\n\r\n")

    peer.answer = nonsense
    assert why(peer.ask) == "BadStatusLine"


def test_a_path_cannot_carry_another_request(peer: Peer) -> None:
    assert why(lambda: peer.ask("/eid HTTP/1.1\r\nX: y")) in ("InvalidURL", "no http address", "host not on the list")
