"""A patient pays, in a real browser: on a phone and on a desk, with and without JavaScript."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.audit.actor import SYSTEM
from portal.models import PlayedPayment
from studies.access_codes.services import issue
from studies.institutions.services import found_institution
from studies.models import PatientSecondFactor
from tests.browser.conftest import DESKTOP, PHONE, PageMaker, accessible_without_scripts, assert_accessible, photograph
from tests.browser.test_patient import Door, come_in
from tests.factories import PatientFactory, RequestFactory, StudyFactory

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def door(live_server: LiveServer, settings: Any) -> Door:
    settings.PUBLIC_URL, settings.PAYMENT_URL = live_server.url, "local:"
    hospital = found_institution(
        slug="az",
        name="AZ Sint-Example",
        city="Brussels",
        desk_phone="+32 2 555 01 00",
        price_minor=1250,
        price_text="Online access to your images and report",
        free_copy_text="Ask the desk for a disc with your images and a printed report. It costs nothing.",
        patient_second_factor=PatientSecondFactor.SMS,
        mail_when_sms_fails=True,
        actor=SYSTEM,
        at=timezone.now(),
    )
    anna = PatientFactory(institution=hospital, mobile="+32470112247", mail="anna@example.org")
    study = StudyFactory(request=RequestFactory(patient=anna))
    return Door(live_server.url, issue(study.request, SYSTEM, timezone.now()).text)


def at_the_payment(page: Page, door: Door) -> None:
    page.goto(f"{door.address}/patient/")
    come_in(page, door.code)
    expect(page.get_by_role("heading", name="Payment", exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_payment_is_clear_before_any_money_moves(page_at: PageMaker, door: Door, width: int, scheme: str) -> None:
    page = page_at(width, scheme)
    at_the_payment(page, door)
    free_copy = page.get_by_text("Ask the desk for a disc")
    price = page.locator(".checkout__price")
    above, below = free_copy.bounding_box(), price.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] < below["y"]
    expect(page.get_by_text("••• 47")).to_be_visible()
    assert_accessible(page)
    photograph(page, f"payment-{width}-{scheme}")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_failed_payment_and_a_late_one(page_at: PageMaker, door: Door, javascript: bool) -> None:
    page = page_at(PHONE, javascript=javascript)
    at_the_payment(page, door)
    page.get_by_role("button", name="Pay €12.50").click()
    page.get_by_role("button", name="Let the payment fail").click()
    expect(page.get_by_role("heading", name="Not paid")).to_be_visible()
    page.get_by_role("link", name="Back to the payment").click()
    page.get_by_role("button", name="Pay €12.50").click()
    page.get_by_role("button", name="Pay, but the word of it comes late").click()
    expect(page.get_by_role("heading", name="One moment")).to_be_visible()
    photograph(page, f"payment-waits-{'with' if javascript else 'without'}-script")
    PlayedPayment.objects.filter(outcome="late").update(outcome="paid")
    expect(page.get_by_role("heading", name="Thank you, that is paid")).to_be_visible()
    page.get_by_role("link", name="Continue").click()
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()


def test_every_page_of_a_payment_is_accessible(page_at: PageMaker, door: Door) -> None:
    page = page_at(PHONE)
    accessible_without_scripts(page)
    at_the_payment(page, door)
    for button, heading in (("Cancel", "Not paid"), ("Let it expire", "Not paid"), ("Pay", "Thank you, that is paid")):
        page.get_by_role("button", name="Pay €12.50").click()
        assert_accessible(page)
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        assert_accessible(page)
        page.get_by_role("link", name="Back to the payment").or_(page.get_by_role("link", name="Continue")).click()
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()


def test_that_is_not_my_number_before_paying(page_at: PageMaker, door: Door) -> None:
    page = page_at(PHONE)
    at_the_payment(page, door)
    page.get_by_role("button", name="By mail to").click()
    expect(page.get_by_text("We will send a token by mail to")).to_be_visible()
    page.get_by_role("button", name="None of these is mine").click()
    expect(page.get_by_role("heading", name="Please call the desk")).to_be_visible()
    assert not PlayedPayment.objects.exists()
