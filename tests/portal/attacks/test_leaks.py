"""A whole visit, with its mistakes: nothing secret is left in a log, a table, an address or a referrer."""

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.audit.logs import JsonFormatter
from studies.access_codes.slips import issue_slip
from studies.models import Patient
from studies.rescue.handling import handle_due
from tests.portal.second_factor.house import ADDRESS, BORN, NUMBER, PRICED, SMS, House, only_code, wrong

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

NO_LEAK = {"no-referrer", "same-origin"}


@dataclass
class Visit:
    """`secrets` are what was typed or sent; `answers` what the browser got, with the address that it was at."""

    secrets: list[str] = field(default_factory=list)
    answers: list[tuple[str, "Response"]] = field(default_factory=list)
    log: io.StringIO = field(default_factory=io.StringIO)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that anything logs, down to DEBUG, as the portal writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.setLevel(before)
    root.removeHandler(handler)


@pytest.fixture
def visit(house: House, log: io.StringIO, settings: Any) -> Visit:
    """By the link, a wrong date, the right one, a payment, a wrong token, a wrong password, the token, the request; and
    from elsewhere the lost code, and addresses that nobody should open."""
    settings.PAYMENT_URL = "local:"
    house.asks(SMS, **PRICED)
    code, browser, visit = house.code(), Client(), Visit(log=log)
    slip = issue_slip(only_code(), SYSTEM, timezone.now())

    def go(method: str, path: str, **typed: str) -> "Response":
        answer = getattr(browser, method)(path, typed)
        visit.answers.append((path, answer))
        return answer  # type: ignore[no-any-return]

    plain = code.replace("-", "")
    for path in (f"/p/{code}", f"/p/{plain.lower()}", f"/P/{code}", f"/p/{code}/", f"/patient/{code}", f"/{plain}"):
        for method in ("get", "post", "head"):
            go(method, path)
    go("get", f"/p/{code}")
    go("get", "/patient/")
    go("post", "/patient/", **BORN | {"day": "15"})
    go("post", "/patient/", **BORN)
    go("get", "/patient/payment/")
    checkout = go("post", "/patient/payment/").headers["Location"]
    go("post", checkout, outcome="paid")
    go("get", "/patient/payment/return/")
    go("post", "/patient/token/send/", way="sms")
    token = house.token()
    for typed in (wrong(token), wrong(slip[0]), "not a token", token):
        go("get", "/patient/token/")
        go("post", "/patient/token/", token=typed)
    assert go("get", "/patient/request/").status_code == 200
    go("post", "/logout/")
    go("post", "/patient/lost/", contact=NUMBER, **BORN)
    handle_due(timezone.now())
    lost = re.search(r"(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}", house.texts()[-1]["text"])
    assert lost
    new = lost.group()
    visit.secrets = [code, plain, plain.lower(), new, new.replace("-", ""), token, *slip]
    return visit


def test_the_log_keeps_none_of_it(visit: Visit) -> None:
    written = visit.log.getvalue()
    assert "patient/token/" in written, "routes are kept"
    numbers = [NUMBER, NUMBER.removeprefix("+32"), ADDRESS, "Peeters", "1951"]
    assert [secret for secret in [*visit.secrets, *numbers] if _stands(secret, written)] == []


def test_no_table_keeps_any_of_it_in_clear(visit: Visit) -> None:
    tables = {model._meta.label: _content(model) for model in apps.get_models()}
    assert len(tables["accounts.AuditEvent"]) > 1000
    for label, content in tables.items():
        assert [secret for secret in visit.secrets if _stands(secret, content)] == [], label
        if label != Patient._meta.label:
            assert [number for number in (NUMBER, ADDRESS, "0470123447") if number in content] == [], label


def test_no_address_that_a_browser_is_led_to_has_any_of_it(visit: Visit) -> None:
    led_to = [answer.headers["Location"] for _, answer in visit.answers if "Location" in answer.headers]
    assert len(led_to) > 8
    assert [(secret, where) for where in led_to for secret in visit.secrets if _stands(secret, where)] == []
    assert not [where for where in led_to if "?" in where], "nothing that was typed is in an address"


def test_every_answer_keeps_its_address_to_itself(visit: Visit) -> None:
    """Not only the pages: a redirect's policy holds for where it leads."""
    for path, answer in visit.answers:
        assert answer.headers["Referrer-Policy"] in NO_LEAK, path
        assert "no-store" in answer.headers["Cache-Control"], path
    opened = [answer for path, answer in visit.answers if path.lower().startswith("/p/") and answer.status_code != 405]
    assert len(opened) > 8
    assert {(answer.status_code, answer.headers["Referrer-Policy"]) for answer in opened} == {(303, "no-referrer")}


def test_no_page_of_the_patients_asks_or_links_a_stranger(visit: Visit) -> None:
    for path, answer in visit.answers:
        foreign = re.findall(
            r'(?:href|src|action|srcset)="((?:https?:)?//[^"]*)"', answer.content.decode(errors="replace")
        )
        assert foreign == [], path


def test_no_page_repeats_a_token_or_a_code(visit: Visit) -> None:
    for path, answer in visit.answers:
        page = answer.content.decode(errors="replace")
        # A page that is not there offers its own address in another language.
        elsewhere = [secret for secret in visit.secrets if secret not in path]
        assert [secret for secret in elsewhere if _stands(secret, page)] == [], path


def _content(model: type[Model]) -> str:
    return " ".join(str(value) for row in model._base_manager.values_list() for value in row)


def _stands(secret: str, content: str) -> bool:
    """Whether it stands there by itself: six digits can be part of any hash or moment."""
    return re.search(rf"(?<![0-9A-Za-z.]){re.escape(secret)}(?![0-9A-Za-z])", content) is not None
