"""The log says what happened, and nothing about whom."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.urls import resolve

from accounts.audit.logs import JsonFormatter

CODE = "7QK4-M2XR-9DTH"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the portal's formatter makes of everything that is logged."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def logged(lines: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


@pytest.mark.django_db
@pytest.mark.parametrize("path", [f"/p/{CODE}/nowhere", f"/{CODE}", f"/login/?next=/p/{CODE}", f"/studies/?q={CODE}"])
def test_an_address_that_carries_a_code_leaves_no_code(
    client: Client, lines: io.StringIO, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    with caplog.at_level("INFO"):
        client.get(path)
    assert CODE not in lines.getvalue()
    assert [line for line in logged(lines) if line["event"] == "request"]


@pytest.mark.django_db
def test_each_request_is_one_line_with_route_status_and_time(
    client: Client, lines: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        client.get("/login/second-factor/")
    (line,) = [line for line in logged(lines) if line["event"] == "request"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "login/second-factor/", 302)
    assert line["ms"] >= 0  # type: ignore[operator]
    assert "127.0.0.1" not in lines.getvalue()


def test_what_django_says_of_a_request_keeps_its_route_only(lines: io.StringIO) -> None:
    request = RequestFactory().get(f"/login/?next=/p/{CODE}")
    request.resolver_match = resolve("/login/")
    extra = {"status_code": 500, "request": request}
    logging.getLogger("django.request").error("%s: %s", "Internal Server Error", f"/p/{CODE}", extra=extra)
    (line,) = logged(lines)
    assert line["event"] == "Internal Server Error"
    assert (line["route"], line["status"]) == ("login/", 500)
    assert CODE not in lines.getvalue()


def test_the_development_server_s_lines_keep_no_address(lines: io.StringIO) -> None:
    record = logging.LogRecord("django.server", logging.WARNING, "", 0, f'"GET /p/{CODE} HTTP/1.1" 404', None, None)
    assert json.loads(JsonFormatter().format(record))["event"] == "django.server"


def test_of_an_exception_its_kind_and_place_are_kept_but_not_its_text(lines: io.StringIO) -> None:
    try:
        int(CODE)
    except ValueError:
        logging.getLogger("pacsonweb.test").exception("failed", extra={"fields": {"after": timedelta(seconds=2)}})
    (line,) = logged(lines)
    assert (line["event"], line["exception"], line["after"]) == ("failed", "ValueError", "0:00:02")
    assert "test_logs.py" in str(line["where"])
    assert CODE not in lines.getvalue()
