"""Fifty browsers at once with one token, or one password of a slip: one of them gets in."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent, Session, SessionKind
from studies.access_codes.slips import issue_slip, use_slip_password
from studies.models import AccessCode

from .conftest import house_at
from .house import SMS, come_in, only_code, wrong

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(cookies: list[str], token: str) -> list[str]:
    """Where each of these browsers is led after typing the token, all at the same time; empty where nowhere."""

    def one(cookie: str) -> str:
        browser = Client()
        browser.cookies["session"] = cookie
        try:
            return browser.post("/patient/token/", {"token": token}).headers.get("Location", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(one, cookies))


def test_one_token_lets_one_in(settings: LazySettings, tmp_path: Path) -> None:
    house, browser = house_at(settings, tmp_path), Client()
    house.asks(SMS)
    come_in(browser, house.code())
    led_to = at_once([browser.cookies["session"].value] * 50, house.token())
    assert led_to.count("/patient/request/") == 1
    assert Session.objects.filter(kind=SessionKind.PATIENT).count() == 1
    assert AuditEvent.objects.filter(action=AuditAction.PATIENT_ENTERED).count() == 1
    assert only_code().token_failures == 0


def test_a_password_of_a_slip_lets_one_in(settings: LazySettings, tmp_path: Path) -> None:
    house = house_at(settings, tmp_path)
    house.asks(SMS)
    code, browsers = house.code(), [Client() for _ in range(10)]
    password = issue_slip(only_code(), SYSTEM, timezone.now())[0]
    for browser in browsers:
        come_in(browser, code)
    led_to = at_once([browser.cookies["session"].value for browser in browsers], password)
    assert led_to.count("/patient/request/") == 1
    assert not use_slip_password(only_code(), password, timezone.now())


def test_fifty_wrong_tokens_at_once_count_as_what_was_looked_at(settings: LazySettings, tmp_path: Path) -> None:
    house, browser = house_at(settings, tmp_path), Client()
    house.asks(SMS)
    come_in(browser, house.code())
    AccessCode.objects.update(token_failures=47)
    at_once([browser.cookies["session"].value] * 50, wrong(house.token()))
    assert only_code().token_failures == 50
    refused = AuditEvent.objects.filter(action=AuditAction.TOKEN_REFUSED, details__reason="wrong")
    assert refused.count() == 3
