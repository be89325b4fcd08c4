"""What every test stands on: no network but loopback, a clean cache, the fixed cast."""

import os
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache

from tests.programs import chromium, corpus, require, skip_or_fail

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's sync API leaves an event loop running

LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches beyond this machine fails with the address it wanted."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOOPBACK):
            pytest.fail(f"a test reached for the network: {address!r}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def _remove(folder: Path, tries: int = 50) -> None:
    """Removes a folder that a browser's last request may still be writing into."""
    for left in reversed(range(tries)):
        if not folder.exists():
            return
        try:
            shutil.rmtree(folder)
        except OSError:
            if not left:
                raise
            time.sleep(0.1)


@pytest.fixture(autouse=True)
def clean_slate() -> Iterator[None]:
    """No cache entry and no archived file outlives a test."""
    cache.clear()
    yield
    _remove(Path(settings.ARCHIVE_ROOT))


@pytest.fixture(autouse=True)
def needed_programs(request: pytest.FixtureRequest) -> None:
    """`@pytest.mark.needs("dcm2pnm")` skips by name, or fails under REQUIRE_ALL=1."""
    for mark in request.node.iter_markers("needs"):
        for program in mark.args:
            if program == "chromium":
                if chromium() is None:
                    skip_or_fail("chromium")
            elif program == "corpus":
                if corpus() is None:
                    skip_or_fail("the corpus of real files ($CORPUS)")
            else:
                require(program)


@pytest.fixture
def corpus_folder() -> Path:
    folder = corpus()
    if folder is None:
        skip_or_fail("the corpus of real files ($CORPUS)")
    assert folder is not None
    return folder
