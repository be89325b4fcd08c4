"""Stories of an administrator who changes what patients see: what it means is read before it holds."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.audit.actor import SYSTEM
from studies.institutions.services import found_institution
from studies.models import AppointmentRole, Audience, Institution, PatientSecondFactor, PolicyRule
from tests.factories.accounts import log_in
from tests.factories.studies import NOON
from tests.studies.institutions.staff import address, staff

from .conftest import DESKTOP, PHONE, PageMaker, accessible_without_scripts, assert_accessible, photograph

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]
LOOKS = [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")]


@pytest.fixture
def hospital() -> Institution:
    return found_institution(slug="az", name="AZ Sint-Example", city="Ghent", actor=SYSTEM, at=NOON)


def administrator_in(page: Page, live_server: Any, hospital: Institution) -> None:
    client = Client()
    log_in(client, staff(AppointmentRole.ADMINISTRATOR, hospital))
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])


def looked_at(page: Page, name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    photograph(page, f"administrator-{name}")
    assert_accessible(page)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_a_policy_is_read_before_it_holds_and_found_again_in_its_history(
    page_at: PageMaker, live_server: Any, hospital: Institution, width: int, scheme: str
) -> None:
    rule = PolicyRule.objects.get(institution=hospital, audience=Audience.PATIENT)
    page = page_at(width, scheme)
    accessible_without_scripts(page)
    administrator_in(page, live_server, hospital)
    page.goto(f"{live_server.url}{address(rule)}")
    page.get_by_label("Report after, days").fill("14")
    page.get_by_role("button", name="See what this means").click()

    meant = page.get_by_role("region", name="What this would mean")
    expect(meant).to_contain_text("and the report 14 days after it is final, whatever it says.")
    expect(meant).to_contain_text("Letter and birthday open this")
    looked_at(page, f"policy-preview-{width}-{scheme}")
    meant.get_by_role("link", name="Change").click()
    expect(page.get_by_label("Report after, days")).to_have_value("14")
    meant.get_by_role("button", name="Save").click()
    expect(page.get_by_role("region", name="What holds now")).to_contain_text("the report 14 days after it is final")

    page.get_by_role("link", name="History").click()
    newest = page.get_by_role("listitem").filter(has=page.get_by_role("heading")).first
    expect(newest).to_contain_text("the report 7 days after it is final")
    expect(newest).to_contain_text("the report 14 days after it is final")
    looked_at(page, f"policy-history-{width}-{scheme}")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_a_second_factor_is_asked_from_the_moment_it_is_confirmed(
    page_at: PageMaker, live_server: Any, hospital: Institution, width: int, scheme: str
) -> None:
    page = page_at(width, scheme)
    accessible_without_scripts(page)
    administrator_in(page, live_server, hospital)
    page.goto(f"{live_server.url}{address(hospital)}")
    page.get_by_label("Patients' second factor").select_option("sms")
    page.get_by_label("Countries that SMS go to").fill("BE, UK")
    page.get_by_role("button", name="See what this means").click()
    page.get_by_role("alert").get_by_role("link", name="No country has the code UK.").click()
    expect(page.get_by_label("Countries that SMS go to")).to_be_in_viewport()
    looked_at(page, f"settings-wrong-{width}-{scheme}")

    page.get_by_label("Countries that SMS go to").fill("BE, GB")
    page.get_by_role("button", name="See what this means").click()
    meant = page.get_by_role("region", name="What this would mean")
    expect(meant).to_contain_text("Opening needs the letter and the date of birth, then a token by SMS.")
    looked_at(page, f"settings-preview-{width}-{scheme}")
    hospital.refresh_from_db()
    assert hospital.patient_second_factor == PatientSecondFactor.NONE
    meant.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    hospital.refresh_from_db()
    assert (hospital.patient_second_factor, hospital.sms_countries) == (PatientSecondFactor.SMS, "BE,GB")
