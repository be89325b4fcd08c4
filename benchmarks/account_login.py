"""A physician's login: password and token of the authenticator app. Hashing, and everything else."""

import base64
import hmac
import json
import re
import statistics
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import requests

from benchmarks.login import Spent
from benchmarks.report import Row
from benchmarks.world import Portal, portal, serving

LOGINS = 30
_ELSE_MS = 15
_PASSWORD = "correct horse battery staple of the bench"
_PAGE, _WORD, _ASKED, _FACTOR, _LIST = "login page", "password", "page of the token", "token", "list of studies"
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_TIMING = re.compile(r"app;dur=([\d.]+), hash;dur=([\d.]+);desc=(\d+), sql;desc=(\d+)")
_STEP = 30  # seconds; RFC 6238
_ACCOUNTS = f"""
import json
from django.utils import timezone
from accounts.audit.actor import SYSTEM
from accounts.models import IdentifierKind, Physician
from accounts.registration.services import open_account
from accounts.second_factor.services import add_totp
accounts = []
for number in range({LOGINS + 1}):
    user = open_account(
        username=f"physician{{number}}@example.org",
        password={_PASSWORD!r},
        first_name="Lena",
        last_name="Dubois",
        title="Dr",
        actor=SYSTEM,
        at=timezone.now(),
    )
    Physician.objects.create(user=user, verified_at=timezone.now())
    accounts.append([user.username, add_totp(user, "app")])
print(json.dumps(accounts))
"""


@dataclass
class Login:
    """One physician in one browser; `steps` is what each page took."""

    base: str
    username: str
    secret: str
    browser: requests.Session = field(default_factory=requests.Session)
    steps: dict[str, Spent] = field(default_factory=dict)

    def whole(self, steps_back: int) -> None:
        """Log in with the token of so many steps ago: each is taken once."""
        page = self._get(_PAGE, "/login/")
        form = {"username": self.username, "password": _PASSWORD}
        leads_to = self._post(_WORD, "/login/", page, form)
        page = self._get(_ASKED, leads_to)
        token = _token(self.secret, int(time.time()) // _STEP - steps_back)
        leads_to = self._post(_FACTOR, leads_to, page, {"token": token})
        self._get(_LIST, leads_to)
        assert leads_to == "/studies/", leads_to

    def leave(self) -> None:
        self.browser.cookies.set("session", None)

    def _get(self, step: str, path: str) -> str:
        return self._ask(step, "GET", path, 200).text

    def _post(self, step: str, path: str, page: str, form: dict[str, str]) -> str:
        """Sends the form of a page; the path that the answer leads to."""
        found = _CSRF.search(page)
        assert found, f"no form before {path}"
        answer = self._ask(step, "POST", path, 302, {**form, "csrfmiddlewaretoken": found[1]})
        return re.sub(r"^https?://[^/]+", "", answer.headers["Location"])

    def _ask(
        self, step: str, method: str, path: str, expected: int, form: dict[str, str] | None = None
    ) -> requests.Response:
        begun = time.perf_counter()
        answer = self.browser.request(method, f"{self.base}{path}", data=form, allow_redirects=False, timeout=20)
        waited = (time.perf_counter() - begun) * 1000
        assert answer.status_code == expected, f"{method} {path}: {answer.status_code}"
        timing = _TIMING.search(answer.headers["Server-Timing"])
        assert timing
        server, hashing, hashes, queries = timing.groups()
        self.steps[step] = Spent(waited, float(server), float(hashing), int(hashes), int(queries))
        return answer


def _token(secret: str, step: int) -> str:
    """Six digits of a step (RFC 6238, RFC 4226 §5.3)."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    number = struct.unpack_from(">I", digest, digest[-1] & 15)[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def measure() -> list[Row]:
    """Everybody logs in three times from the same browser: the last time, as on any day, is measured."""
    with portal() as measured:
        accounts: list[list[str]] = _accounts(measured)
        with serving(measured, application="benchmarks.timed_wsgi") as (port, _master):
            logins = [Login(f"http://localhost:{port}", username, secret) for username, secret in accounts]
            for login in logins:
                for steps_back in (1, 0, -1):  # those that are accepted, each once
                    login.leave()
                    login.whole(steps_back)
    return _rows(logins[1:])  # the first one warmed everything up


def _accounts(measured: Portal) -> list[list[str]]:
    measured.environment["EMAIL_URL"] = f"filemail://{measured.folder / 'mail'}"
    accounts: list[list[str]] = json.loads(measured.manage("shell", "--no-imports", "-c", _ACCOUNTS))
    return accounts


def _rows(logins: Sequence[Login]) -> list[Row]:
    wholes = [Spent() for _login in logins]
    for whole, login in zip(wholes, logins, strict=True):
        for step in (_WORD, _FACTOR):
            whole.add(login.steps[step])
    rest = _median(wholes, lambda spent: spent.server - spent.hashing)
    rows = [
        Row(f"a whole login, median of {len(logins)}", _median(wholes, lambda spent: spent.server), "ms", "two forms"),
        Row("of it hashing", _median(wholes, lambda spent: spent.hashing), "ms", "Argon2 nearly all of it"),
        Row("of it everything else", rest, "ms", "in the server", at_most=_ELSE_MS),
    ]
    for step in (_PAGE, _WORD, _ASKED, _FACTOR, _LIST):
        steps = [login.steps[step] for login in logins]
        queries, hashing = (
            _median(steps, lambda spent: spent.queries),
            _median(steps, lambda spent: spent.hashing),
        )
        note = f"{queries:.0f} queries, hashing {hashing:.2f} ms"
        rows.append(Row(step, _median(steps, lambda spent: spent.server), "ms", note))
    return rows


def _median(spent: Sequence[Spent], what: Callable[[Spent], float]) -> float:
    return float(statistics.median(what(each) for each in spent))
