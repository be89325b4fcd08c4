"""Buttons pressed twice, as many people press everything, where no script holds the second press back."""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.conf import LazySettings
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from portal.models import Payment
from portal.patient_request import views
from portal.patient_request.letter import letter_for
from tests.browser.conftest import DESKTOP, PHONE, PageMaker

from .choosing import Combination, Entrance, Factor
from .house import House, open_house

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]
Twice = Callable[[Locator], None]


@pytest.fixture
def house(live_server: LiveServer, settings: LazySettings, tmp_path: Path) -> House:
    return open_house(live_server.url, settings, tmp_path)


@pytest.fixture
def twice(monkeypatch: pytest.MonkeyPatch) -> Twice:
    """Presses what opens the door, and again while the page with the images is on its way over a slow line."""
    arrives = Event()

    def slowly(*about: Any) -> object:
        assert arrives.wait(10)
        return letter_for(*about)

    def press(button: Locator) -> None:
        button.scroll_into_view_if_needed()
        place, mouse = button.bounding_box(), button.page.mouse  # unlike a locator, a finger does not wait for pages
        assert place is not None
        middle = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
        with button.page.expect_request("**/patient/request/"):
            mouse.click(*middle)
        with button.page.expect_request(lambda sent: sent.method == "POST"):
            mouse.click(*middle)
        arrives.set()

    monkeypatch.setattr(views, "letter_for", slowly)
    return press


def asked(house: House, page: Page, factor: Factor, pays: bool) -> None:
    """Code and date are typed into the form, and wait for the button."""
    page.goto(f"{house.address}/patient/")
    code = house.letter(Combination(factor, pays, 0, "en", False, Entrance.FORM)).code
    form = page.locator("form[action='/patient/']")
    for name, value in {"code": code, "day": "14", "month": "9", "year": "1951"}.items():
        form.locator(f"[name={name}]").fill(value)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_payment_and_a_token(house: House, page_at: PageMaker, twice: Twice, width: int) -> None:
    page = page_at(width, javascript=False)
    asked(house, page, Factor.SMS, pays=True)
    page.locator("form[action='/patient/']").get_by_role("button").click()
    page.locator("form[action='/patient/payment/']").get_by_role("button").dblclick()
    page.locator("button[name=outcome][value=paid]").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, that is paid")
    assert Payment.objects.count() == 1
    page.get_by_role("link", name="Continue").click()
    page.locator("form[action='/patient/token/send/'] button").first.dblclick()
    expect(page.get_by_text("We sent a text message to your mobile number")).to_be_visible()
    (token,) = house.tokens(Factor.SMS)
    page.locator("[name=token]").fill(token)
    twice(page.locator("form[action='/patient/token/']").get_by_role("button"))
    expect(page.get_by_role("heading", level=1)).to_have_text("CT 1")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_code_that_opens_the_door_alone(house: House, page_at: PageMaker, twice: Twice, width: int) -> None:
    page = page_at(width, javascript=False)
    asked(house, page, Factor.NONE, pays=False)
    twice(page.locator("form[action='/patient/']").get_by_role("button"))
    expect(page.get_by_role("heading", level=1)).to_have_text("CT 1")
