"""The patient's page: queries, server time, bytes over the wire, first image in Chromium, a worker's memory."""

import json
import re
import statistics
import tempfile
import time
from pathlib import Path

import requests
from playwright.sync_api import Page, sync_playwright

from benchmarks.report import Row
from benchmarks.world import SLUG, Portal, copies_of, portal, serving
from tests.browser.conftest import FLAGS
from tests.programs import chromium

VIEWS = 1_000


def code_of(measured: Portal) -> str:
    return str(json.loads(measured.manage("issue_code", "BENCH0", "--institution", SLUG, "--json"))["code"])


def _form(code: str) -> dict[str, str]:
    return {"code": code, "day": "14", "month": "9", "year": "1951"}


def enter(base: str, code: str) -> requests.Session:
    """A patient's session that has passed the door."""
    client = requests.Session()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(f"{base}/patient/").text)
    assert token
    answer = client.post(f"{base}/patient/", data=_form(code) | {"csrfmiddlewaretoken": token.group(1)})
    assert answer.url.endswith("/patient/request/"), answer.url
    return client


def _resident_mb(master: int) -> float:
    """Resident memory of the one worker below gunicorn's master, MB."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    status = Path(f"/proc/{children[0]}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+)", status)
    assert found
    return int(found.group(1)) / 1024


def _first_image(page: Page, base: str, code: str) -> tuple[float, float]:
    """(milliseconds from the click to the first picture drawn, kB over the wire for that page)."""
    received = 0
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def count(event: dict[str, float]) -> None:
        nonlocal received
        received += int(event["encodedDataLength"])

    page.goto(f"{base}/patient/")
    page.locator("input[name=code]").fill(code)
    for name in ("day", "month", "year"):
        page.locator(f"input[name={name}]").fill(_form(code)[name])
    session.on("Network.loadingFinished", count)
    begun = time.perf_counter()
    page.locator("form[action='/patient/'] button[type=submit]").click()
    page.wait_for_url("**/patient/request/")
    page.wait_for_function(
        "() => [...document.querySelectorAll('main img')].some(i => i.complete && i.naturalWidth > 200)"
    )
    seconds = time.perf_counter() - begun
    page.wait_for_load_state("networkidle")
    return seconds * 1000, received / 1000


def _in_chromium(base: str, code: str) -> list[Row]:
    program = chromium()
    if program is None:
        return [Row("time to first image in Chromium", None, "ms", "skipped: chromium is missing")]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program or None, args=FLAGS)
        runs = []
        for _ in range(5):
            context = browser.new_context(viewport={"width": 390, "height": 844})
            runs.append(_first_image(context.new_page(), base, code))
            context.close()
        browser.close()
    times, weights = zip(*runs, strict=True)
    return [
        Row("code sent → first image drawn, Chromium, median of 5", statistics.median(times), "ms"),
        Row(
            "over the wire with an empty cache, preloading included", statistics.median(weights), "kB", "", at_most=1300
        ),
    ]


def _queries(measured: Portal, code: str) -> list[Row]:
    script = (
        "from django.test import Client\n"
        "from django.test.utils import CaptureQueriesContext\n"
        "from django.db import connection\n"
        "client = Client(SERVER_NAME='localhost')\n"
        f"client.post('/patient/', {_form(code)!r})\n"
        "client.get('/patient/request/')\n"
        "with CaptureQueriesContext(connection) as caught:\n"
        "    assert client.get('/patient/request/').status_code == 200\n"
        "print(len(caught))\n"
    )
    return [Row("patient's page", float(measured.manage("shell", "--no-imports", "-c", script)), "queries")]


def measure(corpus: Path) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="pacsonweb-bench-") as temporary, portal() as measured:
        copies_of(corpus / "ct-series", Path(temporary) / "files", 1)
        measured.manage("import_dicom", str(Path(temporary) / "files"), "--institution", SLUG, "--json")
        code = code_of(measured)
        rows = _queries(measured, code)
        with serving(measured) as (port, master):
            base = f"http://localhost:{port}"
            client = enter(base, code)
            before, times = _resident_mb(master), []
            for _ in range(VIEWS):
                begun = time.perf_counter()
                assert client.get(f"{base}/patient/request/").status_code == 200
                times.append((time.perf_counter() - begun) * 1000)
            memory = _resident_mb(master)
            times.sort()
            rows += [
                Row("patient's page, median of 1,000", statistics.median(times), "ms"),
                Row("patient's page, 95th percentile", times[int(len(times) * 0.95)], "ms", "", at_most=60),
                Row("web worker's memory before the views", before, "MB"),
                Row("web worker's memory after 1,000 views", memory, "MB", "", at_most=200),
            ]
            rows += _in_chromium(base, code)
    return rows
