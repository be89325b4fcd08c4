"""Killing the portal while patients pay and type tokens: the story, for a small share in the suite and the long run."""

import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.endurance.world import World, Worlds
from tests.portal.checkout.till import Till, open_till
from tests.programs import ROOT

SEED = int(os.environ.get("SEED", "20261118"))
PRICE = 1250
_TOKEN = re.compile(r"\b\d{6}\b")
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Gone(Exception):
    """The portal was killed while somebody waited for its answer."""


@dataclass
class Portal:
    """The portal of a world, served by gunicorn; `till` is the payment service it asks."""

    world: World
    till: Till
    folder: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def environment(self) -> dict[str, str]:
        return self.world.environment() | {
            "PAYMENT_URL": f"mollie://test_key@/?api={self.till.address}",
            "SMS_URL": f"file://{self.folder}",
            "PUBLIC_URL": self.address,
            "WEB_WORKERS": "1",
        }

    def start(self) -> "subprocess.Popen[bytes]":
        """Serve; whoever kills the process kills all of it."""
        command = [sys.executable, "-m", "gunicorn", "pacsonweb.wsgi", "--bind", f"127.0.0.1:{self.port}"]
        command += ["--config", "deploy/gunicorn.conf.py"]
        with (self.folder / "server.log").open("ab") as log:
            server = subprocess.Popen(
                command, cwd=ROOT, env=self.environment(), stdout=log, stderr=log, start_new_session=True
            )
        try:
            self._wait()
        except TimeoutError:
            kill(server)
            raise
        return server

    def run(self, *arguments: str) -> Any:
        """What the program inside the world answers."""
        command = [sys.executable, "-m", "tests.endurance.inside_payments", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment(), capture_output=True, check=False, timeout=600)
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        return json.loads(done.stdout)

    def token_for(self, mobile: str) -> str:
        """The newest token that was sent to a number; empty if there is none."""
        file = self.folder / "sms.jsonl"
        lines = file.read_text().splitlines() if file.exists() else []
        texts = [sent["text"] for sent in map(json.loads, lines) if sent["to"] == mobile]
        return _TOKEN.findall(texts[-1])[0] if texts else ""

    def hint(self, number: str) -> None:
        """The service says that something moved, if anybody listens."""
        connection = http.client.HTTPConnection("localhost", self.port, timeout=20)
        try:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/webhooks/mollie/", f"id={number}", headers)
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if requests.get(f"{self.address}/healthz", timeout=5).ok:
                    return
            except requests.RequestException:
                time.sleep(0.05)
        raise TimeoutError("the portal does not answer")


@dataclass
class Patient:
    """Somebody with a code and a phone, in one browser. Raises `Gone` when the portal is."""

    portal: Portal
    code: dict[str, str]
    browser: requests.Session = field(default_factory=requests.Session)
    has_paid: bool = False
    typed: bool = False
    was_sent_one: bool = False

    def comes_in(self) -> str:
        """Types code and date; where that leads."""
        birth = {"day": "14", "month": "9", "year": "1951"}
        return self._post("/patient/", "/patient/", {"code": self.code["text"], **birth})

    def pays(self) -> None:
        """From the payment page through the service and back. What was paid is paid, whoever is killed meanwhile."""
        checkout = self._post("/patient/payment/", "/patient/payment/", {})
        number = checkout.rpartition("/")[2]
        self.portal.till.pay(number)
        self.has_paid = True
        hints = [threading.Thread(target=self.portal.hint, args=[number]) for _time in range(2)]
        for hint in hints:
            hint.start()
        try:
            assert "that is paid" in self._get("/patient/payment/return/").text
        finally:
            for hint in hints:
                hint.join()

    def types_the_token(self) -> None:
        if not self.was_sent_one:
            self._post("/patient/token/", "/patient/token/send/", {})
        token = self.portal.token_for(self.code["mobile"])
        self.typed = True
        assert self._post("/patient/token/", "/patient/token/", {"token": token}) == "/patient/request/"

    def is_in(self) -> bool:
        return "Anna Peeters" in self._get("/patient/request/").text

    def goes_all_the_way(self) -> None:
        """From the code to the letter, paying where that is asked."""
        where = self.comes_in()
        if where == "/patient/payment/":
            self.pays()
            self._get("/patient/payment/")
        else:
            self.was_sent_one = True
        self.types_the_token()
        assert self.is_in()

    def _get(self, path: str) -> requests.Response:
        try:
            return self.browser.get(f"{self.portal.address}{path}", timeout=20)
        except requests.RequestException:
            raise Gone from None

    def _post(self, page: str, path: str, form: dict[str, str]) -> str:
        """Fill in the form of a page; the path that the answer leads to."""
        found = _CSRF.search(self._get(page).text)
        assert found, f"{page} has no form"
        sent = {**form, "csrfmiddlewaretoken": found[1]}
        try:
            answer = self.browser.post(f"{self.portal.address}{path}", sent, allow_redirects=False, timeout=20)
        except requests.RequestException:
            raise Gone from None
        assert answer.status_code == 302, answer.text[:2000]
        return answer.headers["Location"].removeprefix(self.portal.address)


def survive_payment_kills(folder: Path, kills: int) -> None:
    """Kill -9 the portal at random instants of a patient's payment and token; then serve it again.

    No money is lost, no door is open that was not paid for and passed, and none is shut that was paid for.
    """
    print(f"SEED={SEED} for {kills} kills")
    chance = random.Random(SEED)
    with Worlds(folder) as worlds, open_till() as till:
        portal = Portal(worlds.new(), till, folder, _free_port())
        codes = portal.run("owing", str(kills + 2))
        server = portal.start()
        try:
            Patient(portal, codes.pop()).goes_all_the_way()
            began = time.monotonic()
            Patient(portal, codes.pop()).goes_all_the_way()
            span = time.monotonic() - began
            for number, code in enumerate(codes):
                instant = chance.uniform(0, span * 1.1)
                first = Patient(portal, code)
                arrived = _is_there_before(server, instant, first)
                server = portal.start()
                _nothing_is_lost(first, arrived, f"kill {number} after {instant:.3f} s of {span:.3f} s")
        finally:
            kill(server)
        _books_agree(portal, kills + 2)


def _is_there_before(server: "subprocess.Popen[bytes]", instant: float, patient: Patient) -> bool:
    """Whether the patient was in with the letter when the portal was killed, so many seconds after beginning."""
    killer = threading.Timer(instant, kill, [server])
    killer.start()
    try:
        patient.goes_all_the_way()
    except Gone:
        return False
    finally:
        killer.join()
    return True


def _nothing_is_lost(first: Patient, arrived: bool, told: str) -> None:
    """After the kill: the old session is worth what it was, and the same code leads to where it had come."""
    if arrived:
        assert first.is_in(), f"{told}: a session was lost"
    if not first.typed:
        assert not first.is_in(), f"{told}: a door is open, and no token was typed"
    again = Patient(first.portal, first.code)
    where = again.comes_in()
    assert (where == "/patient/payment/") is not first.has_paid, f"{told}: led to {where}"
    assert not again.is_in(), f"{told}: a door is open, and no token was typed here"
    Patient(first.portal, first.code).goes_all_the_way()


def _books_agree(portal: Portal, codes: int) -> None:
    books = portal.run("books")
    held = {slip.reference: slip.held for slip in portal.till.slips.values()}
    assert {reference: amount for reference, amount in books["held"].items() if amount} == {
        reference: amount for reference, amount in held.items() if amount
    }
    assert sum(held.values()) == codes * PRICE, "everybody paid once"
    assert len(books["settled"]) == codes


def kill(server: "subprocess.Popen[bytes]") -> None:
    """Kill -9 a process and all it started; nothing if it is gone."""
    try:
        os.killpg(server.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    server.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
