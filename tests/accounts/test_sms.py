"""A text message leaves by whatever SMS_URL names."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.core.exceptions import ImproperlyConfigured
from twilio.http.http_client import TwilioHttpClient

from accounts.sms.console import ConsoleSms
from accounts.sms.file import FileSms
from accounts.sms.interfaces import SmsNotSent
from accounts.sms.services import sender_for
from accounts.sms.twilio import TwilioSms

TEXT = "Your token is 493022."
NUMBER = "+32470123456"


def test_console_shows_the_message(capsys: pytest.CaptureFixture[str]) -> None:
    sender_for("console:").send(NUMBER, TEXT)
    assert capsys.readouterr().out == f"SMS to {NUMBER}: {TEXT}\n"


def test_file_keeps_one_line_a_message_with_exactly_to_and_text(tmp_path: Path) -> None:
    sender = sender_for(f"file://{tmp_path}/out")
    sender.send(NUMBER, TEXT)
    sender.send(NUMBER, "Zwölf\nZeilen")
    lines = (tmp_path / "out" / "sms.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"to": NUMBER, "text": TEXT},
        {"to": NUMBER, "text": "Zwölf\nZeilen"},
    ]


def test_twilio_takes_its_account_its_token_and_a_number_with_a_plus() -> None:
    sender = sender_for("twilio://AC1:s%40cret@/?from=+32460000000")
    assert isinstance(sender, TwilioSms)
    assert (sender.account, sender.token, sender.sender) == ("AC1", "s@cret", "+32460000000")
    assert "cret" not in repr(sender)


def test_the_senders_are_told_apart_by_the_scheme() -> None:
    assert isinstance(sender_for("console:"), ConsoleSms)
    assert sender_for("file:///var/sms") == FileSms(Path("/var/sms"))


@pytest.mark.parametrize("url", ["", "sms", "file:", "file:relative", "twilio://AC1@/", "twilio://AC1:t@/"])
def test_a_url_that_names_no_sender_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        sender_for(url)


class Carrier(HTTPServer):
    """Stands in for Twilio on this machine; `answer` is what it says, `got` what it was sent."""

    answer: tuple[int, dict[str, Any]] = (201, {"sid": "SM1", "status": "queued"})
    got: list[dict[str, list[str]]]
    patience: threading.Event | None = None


class Desk(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        carrier = self.server
        assert isinstance(carrier, Carrier)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        carrier.got.append(parse_qs(body) | {"path": [self.path]})
        if carrier.patience is not None:
            carrier.patience.wait(5)
            return
        status, answer = carrier.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *args: object) -> None:
        """The test's output stays quiet."""


class Rerouted(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's client, its host replaced by this machine's."""

    def __init__(self, port: int, timeout: float = 10) -> None:
        super().__init__(timeout=timeout)
        self.port = port

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        here = url.replace("https://api.twilio.com", f"http://127.0.0.1:{self.port}")
        return super().request(method, here, *args, **kwargs)


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    server = Carrier(("127.0.0.1", 0), Desk)
    server.got = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    if server.patience is not None:
        server.patience.set()
    server.shutdown()
    thread.join()
    server.server_close()


def twilio(carrier: Carrier, timeout: float = 10) -> TwilioSms:
    return TwilioSms("AC1", "token", "+32460000000", http=Rerouted(carrier.server_port, timeout))


def test_twilio_is_handed_number_sender_and_text(carrier: Carrier) -> None:
    assert twilio(carrier).send(NUMBER, TEXT) == "SM1"
    (message,) = carrier.got
    assert "StatusCallback" not in message
    assert message["path"] == ["/2010-04-01/Accounts/AC1/Messages.json"]
    assert (message["To"], message["From"], message["Body"]) == ([NUMBER], ["+32460000000"], [TEXT])


def test_what_twilio_refuses_is_said_without_number_and_text(carrier: Carrier) -> None:
    carrier.answer = (400, {"code": 21211, "message": f"{NUMBER} is not valid", "status": 400})
    with pytest.raises(SmsNotSent, match="400, code 21211") as refused:
        twilio(carrier).send(NUMBER, TEXT)
    assert NUMBER not in str(refused.value)


def test_a_carrier_that_does_not_answer_is_not_waited_for(carrier: Carrier) -> None:
    carrier.patience = threading.Event()
    with pytest.raises(SmsNotSent, match="did not answer"):
        twilio(carrier, 0.3).send(NUMBER, TEXT)
