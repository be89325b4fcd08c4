"""After a patient has logged out, neither this browser nor the server's log tells who was here or what they saw."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright

from tests.browser.conftest import FLAGS, PHONE
from tests.programs import chromium
from tests.served import ServedDemo, served_demo


def _enter(page: Page, address: str, patient: dict[str, str]) -> None:
    page.goto(f"{address}/patient/")
    page.locator("input[name=code]").fill(patient["code"])
    for part in ("day", "month", "year"):
        if patient[part]:
            page.locator(f"input[name={part}]").fill(str(patient[part]))
    page.locator("form[action='/patient/'] button[type=submit]").click()
    page.wait_for_url("**/patient/request/")


def _words_of(patient: dict[str, str]) -> list[str]:
    """What must not be found: the code however written, the name's parts, the date of birth."""
    code = str(patient["code"])
    names = [part for part in re.split(r"[\s,^]+", str(patient["name"])) if len(part) > 3]
    date = f"{patient['year']}-{int(patient['month'] or 1):02}-{int(patient['day'] or 1):02}"
    return [code, code.replace("-", ""), *names, date]


def _files_of(folder: Path) -> list[tuple[str, bytes]]:
    return [(str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file()]


def _assert_the_browser_forgot(profile: Path, words: list[str]) -> None:
    """The disk cache holds no picture, no report, no name. (Autofill and history are the browser's own choice.)"""
    cached = [row for row in _files_of(profile) if "Cache" in row[0] or "Session" in row[0]]
    for name, content in cached:
        for word in words:
            assert word.encode() not in content, f"{name} holds {word!r}"
        assert b"/pictures/" not in content or b"\xff\xd8\xff" not in content, f"{name} holds a picture"
        assert b"radiolog" not in content.lower(), f"{name} holds a report"


def _assert_the_log_is_silent(demo: ServedDemo, words: list[str]) -> None:
    log = demo.log.read_text()
    assert "patient/request/" in log, "the log of this run was not written"
    for word in words:
        assert word not in log, f"the log holds {word!r}"


def _visit(page: Page, address: str, patient: dict[str, str]) -> None:
    """In, a look at the pictures and the report, out; then Back and the address itself lead nowhere."""
    _enter(page, address, patient)
    shown = page.locator("main").inner_text()
    assert any(word in shown for word in _words_of(patient)), json.dumps(patient)
    if page.locator("main img").count():
        drawn = "() => [...document.querySelectorAll('main img')].some(i => i.complete && i.naturalWidth)"
        page.wait_for_function(drawn)
    page.get_by_role("button", name="Log out").first.click()
    page.wait_for_load_state()
    page.go_back()
    page.wait_for_timeout(500)
    left = page.locator("body").inner_text()
    assert not [word for word in _words_of(patient) if word in left]
    page.goto(f"{address}/patient/request/")
    assert page.url.endswith("/patient/"), "the door is shut again"


@pytest.mark.needs("chromium")
def test_after_log_out_nothing_stays_behind(playwright: Playwright, tmp_path: Path) -> None:
    with served_demo(tmp_path, "--small") as demo:
        patients = demo.cast["patients"][:4]
        profile = tmp_path / "profile"
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium() or None, args=FLAGS, viewport={"width": PHONE, "height": 844}
        )
        page = context.new_page()
        for patient in patients:
            _visit(page, demo.address, patient)
        context.close()

        words = [word for patient in patients for word in _words_of(patient)]
        _assert_the_browser_forgot(profile, words)
        _assert_the_log_is_silent(demo, words)
