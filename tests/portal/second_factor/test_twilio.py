"""Tokens through the real Twilio SDK, against a stand-in of Twilio that answers in every way."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator

from accounts.challenges import delivery
from accounts.models import Challenge, ChallengeChannel
from accounts.sms.twilio import TwilioSms

from .house import NUMBER, SMS, House, come_in, first_six, is_in, text_of, type_token

CALLBACK = "https://portal.example/webhooks/twilio/"


class Carrier(ThreadingHTTPServer):
    """`behaviour` is `takes`, `refuses`, `breaks` (500), `late` or `silent`; `got` are the messages that came."""

    daemon_threads = True
    behaviour = "takes"
    got: list[dict[str, str]]
    patience: threading.Event


class Counter(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        carrier = self.server
        assert isinstance(carrier, Carrier)
        body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        carrier.got.append({name: values[0] for name, values in body.items()})
        if carrier.behaviour in ("late", "silent"):
            carrier.patience.wait(0.6 if carrier.behaviour == "late" else 10)
        if carrier.behaviour == "silent":
            return
        status, answer = {
            "refuses": (400, {"code": 21610, "message": f"{NUMBER} has unsubscribed", "status": 400}),
            "breaks": (500, {"message": "sorry"}),
        }.get(carrier.behaviour, (201, {"sid": "SM1", "status": "queued"}))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *args: object) -> None:
        """The test's output stays quiet."""


class Rerouted(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's client, its host replaced by this machine's."""

    def __init__(self, port: int) -> None:
        super().__init__(timeout=2.5, max_retries=0)
        self.port = port

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        here = url.replace("https://api.twilio.com", f"http://127.0.0.1:{self.port}")
        return super().request(method, here, *args, **kwargs)


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch) -> Iterator[Carrier]:
    server = Carrier(("127.0.0.1", 0), Counter)
    server.got, server.patience = [], threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    sender = TwilioSms("AC1", "token", "+32460000000", CALLBACK, Rerouted(server.server_port))
    monkeypatch.setattr(delivery, "sms_sender", lambda: sender)
    yield server
    server.patience.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def public(house: House, settings: LazySettings) -> None:
    settings.SMS_URL = "twilio://AC1:token@/?from=+32460000000"
    settings.PUBLIC_URL = "https://portal.example"


def told(message: str, status: str, *, secret: str = "token", again: str = "") -> int:
    """Twilio's callback about a message; `again` is what the signature was made over, where it is another one."""
    path = f"/webhooks/twilio/?message={message}"
    posted = {"MessageSid": "SM1", "MessageStatus": status}
    signature = RequestValidator(secret).compute_signature(f"https://portal.example{again or path}", posted)
    return Client(enforce_csrf_checks=True).post(path, posted, headers={"X-Twilio-Signature": signature}).status_code


def reference(got: dict[str, str]) -> str:
    return parse_qs(urlsplit(got["StatusCallback"]).query)["message"][0]


def test_a_token_goes_out_with_where_to_tell_what_became_of_it(client: Client, house: House, carrier: Carrier) -> None:
    house.asks(SMS)
    come_in(client, house.code())
    [got] = carrier.got
    assert (got["To"], got["From"]) == (NUMBER, "+32460000000")
    assert got["StatusCallback"].startswith(f"{CALLBACK}?message=")
    challenge = Challenge.objects.get(uuid=reference(got))
    assert (challenge.provider_id, challenge.delivery) == ("SM1", "sent")
    type_token(client, first_six(got["Body"]))
    assert is_in(client)


@pytest.mark.parametrize("behaviour", ["refuses", "breaks"])
@pytest.mark.parametrize("by_mail", [True, False])
def test_what_twilio_does_not_take_goes_by_mail_where_that_is_allowed(
    client: Client, house: House, carrier: Carrier, behaviour: str, by_mail: bool
) -> None:
    carrier.behaviour = behaviour
    house.asks(SMS, mail_when_sms_fails=by_mail)
    come_in(client, house.code())
    page = text_of(client.get("/patient/token/"))
    assert len(mail.outbox) == by_mail
    if by_mail:
        assert "could not be delivered, so we sent a mail instead" in page
        type_token(client, house.mailed())
        assert is_in(client)
    else:
        assert "The message could not be delivered." in page
        assert "+32 2 555 01 00" in page


def test_a_late_answer_is_not_waited_for_and_its_token_still_opens(
    client: Client, house: House, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier.behaviour = "late"
    monkeypatch.setitem(delivery.SECONDS, ChallengeChannel.SMS, 0.2)
    house.asks(SMS)
    come_in(client, house.code())
    assert "takes longer than usual" in text_of(client.get("/patient/token/"))
    type_token(client, first_six(carrier.got[0]["Body"]))
    assert is_in(client)


def test_a_twilio_that_says_nothing_costs_three_seconds(client: Client, house: House, carrier: Carrier) -> None:
    carrier.behaviour = "silent"
    house.asks(SMS, mail_when_sms_fails=True)
    code, began = house.code(), time.monotonic()
    come_in(client, code)
    assert time.monotonic() - began < 5
    type_token(client, house.mailed())
    assert is_in(client)


@pytest.mark.usefixtures("public")
def test_what_turns_out_undeliverable_goes_by_mail_once(client: Client, house: House, carrier: Carrier) -> None:
    house.asks(SMS, mail_when_sms_fails=True)
    come_in(client, house.code())
    message = reference(carrier.got[0])
    assert [told(message, status) for status in ("queued", "sent", "undelivered", "undelivered", "failed")] == [204] * 5
    assert len(mail.outbox) == 1
    assert "We sent a mail to" in text_of(client.get("/patient/token/"))
    type_token(client, house.mailed())
    assert is_in(client)


@pytest.mark.usefixtures("public")
def test_what_turns_out_undeliverable_is_said(client: Client, house: House, carrier: Carrier) -> None:
    house.asks(SMS)
    come_in(client, house.code())
    told(reference(carrier.got[0]), "undelivered")
    assert not mail.outbox
    assert "The message could not be delivered." in text_of(client.get("/patient/token/"))


@pytest.mark.usefixtures("public")
def test_delivered_and_then_undelivered_stays_delivered(client: Client, house: House, carrier: Carrier) -> None:
    house.asks(SMS, mail_when_sms_fails=True)
    come_in(client, house.code())
    message = reference(carrier.got[0])
    told(message, "delivered")
    told(message, "undelivered")
    assert Challenge.objects.get().delivery == "delivered"
    assert not mail.outbox


@pytest.mark.usefixtures("public")
def test_only_twilio_is_believed(client: Client, house: House, carrier: Carrier) -> None:
    house.asks(SMS, mail_when_sms_fails=True)
    come_in(client, house.code())
    message = reference(carrier.got[0])
    assert told(message, "undelivered", secret="guessed") == 403
    assert told(message, "undelivered", again="/webhooks/twilio/?message=another") == 403
    assert client.post(f"/webhooks/twilio/?message={message}", {"MessageStatus": "undelivered"}).status_code == 403
    assert told("nonsense", "undelivered") == 204
    assert not mail.outbox


def test_without_twilio_there_is_no_such_page(client: Client, house: House) -> None:
    assert client.post("/webhooks/twilio/").status_code == 404
