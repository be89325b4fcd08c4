"""A whole patient's login: code and date, payment, token by SMS, first page. Hashing and everything else."""

import json
import re
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import requests

from benchmarks.report import Row
from benchmarks.world import SLUG, Portal, copies_of, portal, serving

LOGINS = 30
_SLICES = 3  # of a CT: the first page with a whole one is measured by itself
_CODE, _PAYMENT, _TOKEN, _PAGE = "code and date", "payment", "token", "first page"
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_TOKEN_TEXT = re.compile(r"\b\d{6}\b")
_TIMING = re.compile(r"app;dur=([\d.]+), hash;dur=([\d.]+);desc=(\d+), sql;desc=(\d+)")
_CODES = f"""
import json
from django.utils import timezone
from accounts.audit.actor import SYSTEM
from studies.access_codes.services import issue
from studies.models import Institution, Patient, PatientSecondFactor, Request
institution = Institution.objects.get(slug={SLUG!r})
institution.price_minor, institution.free_copy_text = 1250, "Ask the desk."
institution.patient_second_factor, institution.sms_per_day = PatientSecondFactor.SMS, 1_000_000
institution.save()
codes = []
for number, patient in enumerate(Patient.objects.order_by("pk")):
    patient.mobile = f"+32470{{number:06d}}"
    patient.save()
    codes.append([issue(Request.objects.get(patient=patient), SYSTEM, timezone.now()).text, patient.mobile])
print(json.dumps(codes))
"""


@dataclass
class Spent:
    """What a step, or a login, took: milliseconds as the browser waits, those in the server, and those of hashing."""

    waited: float = 0.0
    server: float = 0.0
    hashing: float = 0.0
    hashes: int = 0
    queries: int = 0

    def add(self, other: "Spent") -> None:
        for name in vars(other):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class Login:
    """One patient in one browser; `steps` is what each took, its pages and its redirects."""

    base: str
    messages: Path
    code: str
    mobile: str
    browser: requests.Session = field(default_factory=requests.Session)
    steps: dict[str, Spent] = field(default_factory=lambda: defaultdict(Spent))

    def whole(self) -> None:
        page = self._get(_CODE, "/patient/")
        birth = {"day": "14", "month": "9", "year": "1951"}
        leads_to = self._post(_CODE, "/patient/", page, {"code": self.code, **birth})
        provider = self._post(_PAYMENT, "/patient/payment/", self._get(_PAYMENT, leads_to))
        back = self._post(_PAYMENT, provider, self._get(_PAYMENT, provider), {"outcome": "paid"})
        self._get(_PAYMENT, back)
        page = self._get(_TOKEN, "/patient/token/")
        page = self._get(_TOKEN, self._post(_TOKEN, "/patient/token/send/", page))
        leads_to = self._post(_TOKEN, "/patient/token/", page, {"token": self._token()})
        assert "Bench" in self._get(_PAGE, leads_to)

    def _token(self) -> str:
        sent = [json.loads(line) for line in self.messages.read_text().splitlines()]
        newest = next(str(each["text"]) for each in reversed(sent) if each["to"] == self.mobile)
        return str(_TOKEN_TEXT.findall(newest)[0])

    def _get(self, step: str, path: str) -> str:
        return self._ask(step, "GET", path, 200).text

    def _post(self, step: str, path: str, page: str, form: dict[str, str] | None = None) -> str:
        """Sends the form of a page; the path that the answer leads to."""
        found = _CSRF.search(page)
        assert found, f"no form before {path}"
        answer = self._ask(step, "POST", path, 302, {**(form or {}), "csrfmiddlewaretoken": found[1]})
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
        self.steps[step].add(Spent(waited, float(server), float(hashing), int(hashes), int(queries)))
        return answer


def _codes(measured: Portal, corpus: Path, folder: Path) -> list[list[str]]:
    """(code, mobile number) of patients who owe a payment and then a token, each with a study."""
    series = folder / "series"
    series.mkdir()
    for source in sorted((corpus / "ct-series").glob("*"))[: _SLICES + 1]:
        shutil.copy(source, series)
    copies_of(series, folder / "files", LOGINS + 1)
    measured.manage("import_dicom", str(folder / "files"), "--institution", SLUG, "--json")
    measured.environment.update(SMS_URL=f"file://{folder}", PAYMENT_URL="local:")
    codes: list[list[str]] = json.loads(measured.manage("shell", "--no-imports", "-c", _CODES))
    return codes


def measure(corpus: Path) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="pacsonweb-bench-") as temporary, portal() as measured:
        folder = Path(temporary)
        codes = _codes(measured, corpus, folder)
        with serving(measured, application="benchmarks.timed_wsgi") as (port, _master):
            logins = [Login(f"http://localhost:{port}", folder / "sms.jsonl", code, mobile) for code, mobile in codes]
            for login in logins:
                login.whole()
    return _rows(logins[1:])  # the first one warmed everything up


def _rows(logins: Sequence[Login]) -> list[Row]:
    wholes = [Spent() for _login in logins]
    for whole, login in zip(wholes, logins, strict=True):
        for spent in login.steps.values():
            whole.add(spent)
    waited, hashing = _median(wholes, "waited"), _median(wholes, "hashing")
    rows = [
        Row(f"a whole login, median of {len(logins)}", waited, "ms", "as the browser waits"),
        Row("of it hashing", hashing, "ms", f"{_median(wholes, 'hashes'):.0f} calls"),
        Row(
            "of it everything else", waited - hashing, "ms", f"{_median(wholes, 'server') - hashing:.1f} in the server"
        ),
    ]
    for step in (_CODE, _PAYMENT, _TOKEN, _PAGE):
        steps = [login.steps[step] for login in logins]
        note = f"{_median(steps, 'queries'):.0f} queries, hashing {_median(steps, 'hashing'):.3f} ms"
        rows.append(Row(f"{step}, with its redirects", _median(steps, "waited"), "ms", note))
    return rows


def _median(spent: Iterable[Spent], what: str) -> float:
    return float(statistics.median(getattr(each, what) for each in spent))
