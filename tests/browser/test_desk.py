"""Stories of the desk with a queue at the counter: keyboard only, and what is printed there opens on a phone."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.audit.actor import SYSTEM
from accounts.models import User
from portal.letters.services import Order, print_letters
from studies.access_codes import Birth, enter, issue
from studies.institutions.services import found_institution
from studies.models import (
    AccessCode,
    AppointmentRole,
    DeskMessage,
    Institution,
    ReleaseKind,
    ReportStatus,
    Request,
    Rescue,
    RescueOutcome,
)
from studies.releases.services import decide
from studies.reports.services import receive
from tests.factories import AppointmentFactory, PatientFactory, RequestFactory, StudyFactory
from tests.factories.accounts import LONG_AGO
from tests.portal.letters.paper import Sheet, read

from .conftest import DESKTOP, PHONE, PageMaker, assert_accessible, photograph
from .physicians import Served

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]
LOOKS = [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")]


@pytest.fixture
def hospital() -> Institution:
    return found_institution(
        slug="az",
        name="AZ Sint-Example",
        city="Brussels",
        desk_phone="+32 2 555 01 00",
        desk_hours="Monday to Friday, 8 to 17",
        second_factor_per_code=True,
        free_copy_text="A copy on CD is free at the desk.",
        actor=SYSTEM,
        at=LONG_AGO,
    )


@pytest.fixture
def annas(hospital: Institution) -> Request:
    patient = PatientFactory(institution=hospital, mobile="+32470123447", mail="anna@mail.example")
    request = RequestFactory(patient=patient, requested_at=timezone.now())
    StudyFactory(request=request, performed_at=timezone.now(), arrived_at=timezone.now())
    receive(request, ReportStatus.FINAL, "No fracture.", "Dr E. Lambert", SYSTEM, timezone.now())
    return request


@pytest.fixture
def dora(hospital: Institution) -> User:
    user: User = AppointmentFactory(institution=hospital, role=AppointmentRole.DESK).user
    return user


def narrow(page: Page) -> None:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], f"{page.url} is {width} px wide"  # type: ignore[index]


@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_search_field_to_a_letter_in_three_keystrokes(
    page_at: PageMaker, live_server: Any, dora: User, annas: Request, javascript: bool
) -> None:
    page = Served(live_server.url).logged_in(page_at(DESKTOP, javascript=javascript), dora)
    page.goto(f"{live_server.url}/desk/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("peeters 14/9/1951")
    page.keyboard.press("Enter")  # 1: find
    expect(page.get_by_role("heading", name="Peeters, Anna")).to_be_visible()
    expect(page.get_by_role("button", name="Print a letter")).to_be_focused()
    with page.context.expect_event("response", lambda answer: answer.url.endswith("/letter/")) as letter:
        page.keyboard.press("Enter")  # 2: the letter opens, beside the page; 3 and 4 are the browser's own print dialog
    assert letter.value.headers["content-type"] == "application/pdf"
    assert AccessCode.objects.filter(request=annas).count() == 1
    expect(page).to_have_url(f"{live_server.url}/desk/requests/{annas.uuid}/")


def test_the_arrow_keys_are_not_needed_to_choose_among_several(
    page_at: PageMaker, live_server: Any, dora: User, annas: Request
) -> None:
    newer = RequestFactory(patient=annas.patient, requested_at=timezone.now())
    page = Served(live_server.url).logged_in(page_at(DESKTOP), dora)
    page.goto(f"{live_server.url}/desk/")
    page.keyboard.type("peeters")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Peeters, Anna").first).to_be_focused()
    photograph(page, "desk-found")
    assert_accessible(page)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/desk/requests/{newer.uuid}/")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_desks_pages_are_readable(
    page_at: PageMaker, live_server: Any, dora: User, annas: Request, width: int, scheme: str
) -> None:
    now = timezone.now()
    code = issue(annas, SYSTEM, now)
    enter(code.text, Birth(15, 9, 1951), "192.0.2.1", now)
    decide(annas, ReleaseKind.NOW, None, "Asked by her GP", SYSTEM, now)
    decide(annas, ReleaseKind.HOLD, now + timedelta(days=20), "Told in person first", SYSTEM, now)
    DeskMessage.objects.create(request=annas, concern="data", text="My name is spelled wrong.", written_at=now)
    Rescue.objects.create(asked_at=now, handled_at=now, outcome=RescueOutcome.DESK, request=annas)
    page = Served(live_server.url).logged_in(page_at(width, scheme), dora)
    page.goto(f"{live_server.url}/desk/")
    photograph(page, f"desk-{width}-{scheme}")
    narrow(page)
    assert_accessible(page)
    day = (now + timedelta(days=30)).date().isoformat()
    page.goto(f"{live_server.url}/desk/requests/{annas.uuid}/?on={day}")
    photograph(page, f"desk-request-{width}-{scheme}")
    narrow(page)
    assert_accessible(page)
    for summary in page.locator("main summary").all():
        summary.click()
    photograph(page, f"desk-request-open-{width}-{scheme}")
    narrow(page)
    assert_accessible(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_letters_qr_code_opens_the_portal_on_a_phone(
    page_at: PageMaker, live_server: Any, annas: Request, settings: Any, javascript: bool
) -> None:
    settings.PUBLIC_URL = live_server.url
    sheet = _letter(annas)
    page = page_at(PHONE, javascript=javascript)
    page.goto(f"{live_server.url}/")
    page.goto(sheet.qr[0])
    expect(page).to_have_url(f"{live_server.url}/patient/")
    expect(page.get_by_text("Your access code is filled in")).to_be_visible()
    narrow(page)
    photograph(page, f"link-{PHONE}")
    plain = sheet.qr[0].rpartition("/")[2]
    assert plain not in page.content()
    if javascript:
        assert page.evaluate("document.referrer") == ""
        assert page.evaluate("document.cookie") == ""
        assert_accessible(page)
    for label, typed in (("Day", "14"), ("Month", "9"), ("Year", "1951")):
        page.get_by_label(label, exact=True).fill(typed)
    page.get_by_role("button", name="See my images").click()
    expect(page).to_have_url(f"{live_server.url}/patient/request/")
    page.go_back()
    assert "/p/" not in page.url
    page.go_back()
    expect(page).to_have_url(f"{live_server.url}/")


def test_a_link_leaves_nothing_in_the_browsers_history(
    browser: Browser, live_server: Any, annas: Request, settings: Any
) -> None:
    settings.PUBLIC_URL = live_server.url
    sheet = _letter(annas)
    page = browser.new_page()
    page.goto(sheet.qr[0])
    history = page.context.new_cdp_session(page).send("Page.getNavigationHistory")
    addresses = [entry["url"] for entry in history["entries"]]
    page.context.close()
    assert addresses[-1] == f"{live_server.url}/patient/"
    assert not [address for address in addresses if "/p/" in address]


def _letter(request: Request) -> Sheet:
    [sheet] = read(print_letters([Order(request)], SYSTEM, timezone.now()))
    return sheet
