"""A GP who requested a CT that came with a PDF and a report, and what their browser downloads."""

import io
import zipfile
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.audit.actor import SYSTEM
from studies.models import ReportStatus
from studies.reports.services import receive
from tests.factories.accounts import LONG_AGO, log_in
from tests.studies.viewer.practice import Practice, open_practice

Opener = Callable[[Client, str], zipfile.ZipFile]


@pytest.fixture
def practice(db: None) -> Practice:
    practice = open_practice()
    receive(practice.study.request, ReportStatus.FINAL, "Findings: no fracture.", "Dr E. Lambert", SYSTEM, LONG_AGO)
    return practice


@pytest.fixture
def gp(practice: Practice) -> Client:
    """The GP's browser, logged in."""
    browser = Client()
    log_in(browser, practice.gp.user)
    return browser


@pytest.fixture
def opened() -> Opener:
    """`opened(browser, address)`: the ZIP that a browser gets there, as long as it was promised."""

    def download(browser: Client, address: str) -> zipfile.ZipFile:
        answer = browser.get(address)
        assert answer.status_code == 200, answer.content
        content = answer.getvalue()
        assert len(content) == int(answer["Content-Length"])
        return zipfile.ZipFile(io.BytesIO(content))

    return download
