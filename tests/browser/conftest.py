"""A real Chromium for the stories: pages at phone and desktop width, light and dark, with and without JavaScript."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route, sync_playwright

from tests.programs import chromium

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
]
PHONE, DESKTOP = 390, 1280
PICTURES = Path(__file__).resolve().parents[2] / "test-results"
PageMaker = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A story that fails in a real browser is told once more: on a busy machine a click can come before the page is.

    The run says which ones were; a story that fails twice has failed.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """`@pytest.mark.needs("chromium")` on the test says that it wants one."""
    browser = playwright.chromium.launch(executable_path=chromium() or None, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def page_at(browser: Browser) -> Iterator[PageMaker]:
    """`page_at(390, scheme="dark", javascript=False, language="nl")`: a page in a browser of its own."""
    contexts: list[BrowserContext] = []

    def make(width: int = DESKTOP, scheme: str = "light", javascript: bool = True, language: str = "en") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 700 else 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=javascript,
            has_touch=width < 700,
            locale=language,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


def assert_accessible(page: Page) -> None:
    """No violation of WCAG 2.2 A and AA, and of axe's best practices, on the page as it stands."""
    results = Axe().run(page)
    violations = results.response["violations"]
    found = [f"{v['id']}: {v['help']}: {[n['html'][:200] for n in v['nodes'][:3]]}" for v in violations]
    assert not found, "\n".join(found)


def accessible_without_scripts(page: Page) -> None:
    """axe needs JavaScript: for the version without it, the page's own scripts are aborted instead."""

    def abort(route: Route) -> None:
        route.abort()

    page.route(re.compile(r"/static/.*\.js$"), abort)


def photograph(page: Page, name: str) -> Path:
    """A screenshot of the whole page under test-results/, worth looking at."""
    PICTURES.mkdir(exist_ok=True)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path
