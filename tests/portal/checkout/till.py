"""A stand-in for Mollie and Stripe on this machine: a till that keeps the money, and can answer badly.

It speaks as much of both interfaces as the portal uses, by their public references. What it holds is the truth that the
portal's books must agree with.
"""

import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit


class Mood(StrEnum):
    """How the next call is answered."""

    LATE = "late"  # the work is done, the answer comes after the caller gave up
    BROKEN = "broken"  # 500, nothing done
    NOTHING = "nothing"  # the connection closes, nothing done
    LOST = "lost"  # the work is done, the connection closes
    GARBLED = "garbled"  # 200, but no answer that can be read


@dataclass
class Slip:
    """One payment as the till knows it."""

    number: str
    reference: str
    amount: int
    currency: str
    sent: dict[str, Any]
    status: str = "open"
    paid: int = 0
    refunds: list[dict[str, Any]] = field(default_factory=list)
    chargebacks: list[dict[str, Any]] = field(default_factory=list)

    @property
    def held(self) -> int:
        given: int = sum(refund["amount"] for refund in self.refunds if refund["status"] not in ("failed", "canceled"))
        taken: int = sum(chargeback["amount"] for chargeback in self.chargebacks if not chargeback["reversed"])
        return self.paid - given - taken


@dataclass
class Till:
    """`moods` are used up one a call, `moods_of_wishes` one for each wish to pay or to refund.

    `late` is how long a late answer takes; `calls` is every call as it came.
    """

    slips: dict[str, Slip] = field(default_factory=dict)
    moods: list[Mood] = field(default_factory=list)
    moods_of_wishes: list[Mood] = field(default_factory=list)
    late: float = 1.0
    calls: list[tuple[str, str]] = field(default_factory=list)
    keys: dict[str, Any] = field(default_factory=dict)
    frozen: dict[str, Slip] | None = None
    address: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def pay(self, number: str, amount: int | None = None) -> None:
        with self.lock:
            slip = self.slips[number]
            slip.status, slip.paid = "paid", slip.amount if amount is None else amount

    def end(self, number: str, status: str) -> None:
        with self.lock:
            self.slips[number].status = status

    def give_back(self, number: str, amount: int, mark: str = "") -> dict[str, Any]:
        with self.lock:
            refund = {"id": f"re_{next(self._numbers)}", "amount": amount, "mark": mark, "status": "pending"}
            self.slips[number].refunds.append(refund)
            return refund

    def charge_back(self, number: str, amount: int) -> dict[str, Any]:
        with self.lock:
            chargeback = {"id": f"chb_{next(self._numbers)}", "amount": amount, "reversed": False}
            self.slips[number].chargebacks.append(chargeback)
            return chargeback

    def freeze(self) -> None:
        """Answer from now on as it is now, whatever happens meanwhile: news that arrive late."""
        self.frozen = deepcopy(self.slips)

    def thaw(self) -> None:
        self.frozen = None

    def the_only(self) -> Slip:
        (slip,) = self.slips.values()
        return slip

    def found(self, number: str) -> Slip | None:
        return (self.slips if self.frozen is None else self.frozen).get(number)

    # The two interfaces

    def answer(self, method: str, path: str, query: dict[str, str], body: bytes, key: str) -> tuple[int, Any]:
        with self.lock:
            if key and key in self.keys:
                return self.keys[key]  # type: ignore[no-any-return]
            answer = (
                self._mollie(method, path, body) if path.startswith("/v2/") else self._stripe(method, path, query, body)
            )
            if key and answer[0] < 400:
                self.keys[key] = answer
            return answer

    def _new(self, prefix: str, reference: str, amount: int, currency: str, sent: dict[str, Any]) -> Slip:
        slip = Slip(f"{prefix}{next(self._numbers)}", reference, amount, currency, sent)
        self.slips[slip.number] = slip
        return slip

    def _refund(self, slip: Slip | None, amount: int, mark: str) -> dict[str, Any] | None:
        if slip is None or not 0 < amount <= slip.held:
            return None
        return self.give_back(slip.number, amount, mark)

    def _mollie(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        sent = json.loads(body) if body else {}
        parts = path.removeprefix("/v2/").split("/")
        if method == "POST" and parts == ["payments"]:
            amount = sent["amount"]
            minor = int(amount["value"].replace(".", ""))
            slip = self._new("tr_", sent["metadata"]["reference"], minor, amount["currency"], sent)
            return 201, self._as_mollie(slip)
        slip_found = self.found(parts[1]) if len(parts) > 1 else None
        if slip_found is None:
            return 404, {"status": 404, "title": "Not Found", "detail": "No payment exists with this token."}
        if method == "POST":
            minor = int(sent["amount"]["value"].replace(".", ""))
            refund = self._refund(self.slips[slip_found.number], minor, sent["metadata"]["mark"])
            if refund is None:
                return 422, {
                    "status": 422,
                    "title": "Unprocessable",
                    "detail": "The amount is higher than the maximum.",
                }
            return 201, self._mollie_refund(refund, slip_found.currency)
        return 200, self._as_mollie(slip_found)

    def _as_mollie(self, slip: Slip) -> dict[str, Any]:
        back = [self._mollie_refund(refund, slip.currency) for refund in slip.refunds]
        taken = [
            {
                "id": chargeback["id"],
                "amount": _euros(chargeback["amount"], slip.currency),
                "reversedAt": "2026-11-20T10:00:00+00:00" if chargeback["reversed"] else None,
            }
            for chargeback in slip.chargebacks
        ]
        return {
            "resource": "payment",
            "id": slip.number,
            "status": slip.status,
            "amount": _euros(slip.paid or slip.amount, slip.currency),
            "metadata": {"reference": slip.reference},
            "paidAt": "2026-11-18T12:00:00+00:00" if slip.status == "paid" else None,
            "_embedded": {"refunds": back, "chargebacks": taken},
            "_links": {"checkout": {"href": f"{self.address}/pay/{slip.number}"}},
        }

    @staticmethod
    def _mollie_refund(refund: dict[str, Any], currency: str) -> dict[str, Any]:
        amount, metadata = _euros(refund["amount"], currency), {"mark": refund["mark"]} if refund["mark"] else None
        return {"id": refund["id"], "amount": amount, "status": refund["status"], "metadata": metadata}

    def _stripe(self, method: str, path: str, query: dict[str, str], body: bytes) -> tuple[int, Any]:
        sent = dict(parse_qsl(body.decode()))
        if method == "POST" and path == "/v1/checkout/sessions":
            amount = int(sent["line_items[0][price_data][unit_amount]"])
            currency = sent["line_items[0][price_data][currency]"].upper()
            return 200, self._as_stripe(self._new("cs_", sent["metadata[reference]"], amount, currency, sent))
        if path.startswith("/v1/checkout/sessions/"):
            slip = self.found(path.rpartition("/")[2])
            expanded = "payment_intent" in query.values()
            return (404, _no("resource_missing")) if slip is None else (200, self._as_stripe(slip, expanded=expanded))
        number = (sent | query).get("payment_intent", "").replace("pi_", "cs_", 1)
        slip = self.found(number)
        if method == "POST":
            refund = self._refund(self.slips.get(number), int(sent["amount"]), sent["metadata[mark]"])
            return (400, _no("charge_already_refunded")) if refund is None else (200, self._stripe_refund(refund))
        rows: list[Any] = []
        if slip is not None and path == "/v1/refunds":
            rows = [self._stripe_refund(refund) for refund in slip.refunds]
        elif slip is not None:
            rows = [
                {
                    "object": "dispute",
                    "id": chargeback["id"],
                    "amount": chargeback["amount"],
                    "status": "won" if chargeback["reversed"] else "needs_response",
                }
                for chargeback in slip.chargebacks
            ]
        return 200, {"object": "list", "data": rows, "has_more": False, "url": path}

    def _as_stripe(self, slip: Slip, *, expanded: bool = False) -> dict[str, Any]:
        intent: Any = slip.number.replace("cs_", "pi_", 1)
        if expanded:
            status = "requires_payment_method" if slip.status == "failed" else "succeeded"
            intent = {"object": "payment_intent", "id": intent, "amount_received": slip.paid, "status": status}
        return {
            "object": "checkout.session",
            "id": slip.number,
            "status": {"open": "open", "expired": "expired"}.get(slip.status, "complete"),
            "payment_status": "paid" if slip.status == "paid" else "unpaid",
            "currency": slip.currency.lower(),
            "metadata": {"reference": slip.reference},
            "payment_intent": intent,
            "url": f"{self.address}/pay/{slip.number}",
        }

    @staticmethod
    def _stripe_refund(refund: dict[str, Any]) -> dict[str, Any]:
        metadata = {"mark": refund["mark"]} if refund["mark"] else {}
        row = {key: refund[key] for key in ("id", "amount", "status")}
        return {"object": "refund", **row, "metadata": metadata}


class _Clerk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        till, parts = self.server.till, urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        till.calls.append((self.command, parts.path))
        moods = till.moods_of_wishes if self.command == "POST" and till.moods_of_wishes else till.moods
        mood = moods.pop(0) if moods else None
        if mood in (Mood.NOTHING, Mood.BROKEN, Mood.GARBLED):
            self._say(
                500 if mood is Mood.BROKEN else 200, b"" if mood is Mood.NOTHING else b"<html>", mood is Mood.NOTHING
            )
            return
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        status, answer = till.answer(self.command, parts.path, query, body, self.headers.get("Idempotency-Key", ""))
        if mood is Mood.LATE:
            time.sleep(till.late)
        self._say(status, json.dumps(answer).encode(), mood is Mood.LOST)

    do_POST = do_GET  # noqa: N815 - the base class's name

    def _say(self, status: int, body: bytes, silent: bool) -> None:
        self.close_connection = True
        if silent:
            return
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            return  # the caller gave up

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the base class's name
        """Nothing on the terminal."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, till: Till) -> None:
        super().__init__(("127.0.0.1", 0), _Clerk)
        self.till = till


@contextmanager
def open_till() -> Iterator[Till]:
    """A till that answers at `till.address` until the block ends."""
    till = Till()
    server = _Server(till)
    till.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield till
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _euros(minor: int, currency: str) -> dict[str, str]:
    return {"currency": currency, "value": f"{minor / 100:.2f}"}


def _no(code: str) -> dict[str, Any]:
    return {"error": {"type": "invalid_request_error", "code": code, "message": code}}
