"""A code that ends while somebody is half-way in: no address opens anything, and none breaks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studies.models import AccessCode, Institution
from tests.architecture.test_permission_table import addresses
from tests.portal.second_factor.house import PRICED, SMS, House, come_in, is_in, text_of

ENDS: dict[str, Callable[[], Any]] = {
    "taken back": lambda: AccessCode.objects.update(revoked_at=timezone.now()),
    "ended": lambda: AccessCode.objects.update(ended_at=timezone.now()),
    "expired": lambda: AccessCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1)),
    "its hospital left": lambda: Institution.objects.update(is_active=False),
}
STEPS: dict[str, dict[str, Any]] = {"token due": {"price_minor": 0}, "payment due": PRICED}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("step", STEPS)
def test_no_address_opens_and_none_breaks(house: House, step: str, end: str) -> None:
    house.asks(SMS, **STEPS[step])
    browser = Client()
    come_in(browser, house.code())
    cookie = browser.cookies["session"].value
    ENDS[end]()
    for address in _addresses(house):
        for ask in (browser.get, browser.post):
            browser.cookies["session"] = cookie
            answer = ask(address, {"token": house.token() if house.texts() else "000000", "way": "sms"})
            assert answer.status_code < 500, address
            assert answer.headers.get("Location") != "/patient/request/", address
            assert "Peeters" not in getattr(answer, "content", b"").decode(errors="replace"), address
    assert not is_in(browser)


@pytest.mark.parametrize("end", ENDS)
def test_who_comes_back_from_paying_is_told_whom_to_ask(house: House, end: str, settings: Any) -> None:
    settings.PAYMENT_URL = "local:"
    house.asks(SMS, **PRICED)
    browser = Client()
    come_in(browser, house.code())
    browser.post(browser.post("/patient/payment/").headers["Location"], {"outcome": "paid"})
    ENDS[end]()
    told = browser.get("/patient/payment/return/")
    assert told.status_code == 403
    assert 'href="/patient/lost/"' in text_of(told)
    assert browser.get("/patient/payment/receipt.pdf").status_code == 404


def _addresses(house: House) -> list[str]:
    study = str(house.anna.studies.get().uuid)
    known = {"study": study, "instance": study, "frame": 1, "name": "preview", "app_label": "studies", "url": "x"}
    return [
        reverse(name, kwargs={key: known.get(key, study) for key in pattern.pattern.regex.groupindex})
        for name, pattern in addresses()
        if not name.startswith("admin:") and name != "accounts:logout"
    ]
