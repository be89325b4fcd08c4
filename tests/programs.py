"""Where the programs are that some tests need. What is missing is skipped by name; REQUIRE_ALL=1 makes it a failure."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def chromium() -> str | None:
    """`$CHROMIUM`, else chromium or google-chrome on the PATH, else Playwright's own (empty string)."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return found
    own = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright"))
    return "" if own.is_dir() and any(own.glob("chromium*")) else None


def corpus() -> Path | None:
    """The folder of real files: `$CORPUS`, else beside the project."""
    folder = Path(os.environ.get("CORPUS", ROOT.parent / "shared" / "corpus"))
    return folder if folder.is_dir() else None


def skip_or_fail(what: str) -> None:
    """Skip because `what` is missing, or fail where everything is required."""
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"{what} is missing and REQUIRE_ALL=1")
    pytest.skip(f"{what} is missing")


def require(program: str) -> str:
    """The path of a program on the PATH (or in the usual folders of servers), else skip or fail."""
    found = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if not found:
        skip_or_fail(program)
    return found or ""
