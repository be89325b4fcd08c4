"""The browser of the stories, for those that are too many for each run of the suite."""

from tests.browser.conftest import browser, page_at, playwright

__all__ = ["browser", "page_at", "playwright"]
