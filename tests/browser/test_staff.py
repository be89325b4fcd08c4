"""Stories of staff: the administrator, the desk and the service desk, on a phone and at a desk, by day and by night."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import IdentifierKind, PhysicianIdentifier, User
from groups.models import Group, Membership, MembershipRole
from studies.archive.kinds import QuarantineReason
from studies.models import AppointmentRole, Patient
from tests.factories import PhysicianFactory, totp_of
from tests.factories.accounts import LONG_AGO, PASSWORD, app_of, log_in
from tests.studies.institutions.staff import House, address, counter, house, quarantined, service_desk, staff

from .conftest import DESKTOP, PHONE, PageMaker, assert_accessible, photograph

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]
LOOKS = [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")]


@pytest.fixture
def ours() -> House:
    made = house("AZ Sint-Example", "Peeters^Anna")
    made.records["conflict"] = Patient.objects.create(
        institution=made.institution,
        patient_id="P77",
        name_alphabetic="Özdemir^Elif",
        conflict="Another date of birth came for this patient id.",
        birth_year=1988,
    )
    quarantined(made.institution, QuarantineReason.OTHER_PATIENT)
    return made


def log_in_by_hand(page: Page, live_server: Any, user: User) -> None:
    app_of(user)
    page.goto(f"{live_server.url}/admin/")
    page.locator("[name=username]").fill(user.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Next").click()
    page.locator("[name=token]").fill(totp_of(user))
    page.get_by_role("main").get_by_role("button").first.click()


def already_in(page: Page, live_server: Any, user: User) -> None:
    """As `log_in_by_hand`, without the typing."""
    client = Client()
    log_in(client, user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])


@pytest.fixture
def violations(page_at: PageMaker) -> Iterator[list[str]]:
    """What the browser's console complains of, such as a broken content security policy; nothing may be there."""
    found: list[str] = []
    yield found
    assert not found


def look_at(page: Page, live_server: Any, path: str, name: str) -> None:
    answer = page.goto(f"{live_server.url}{path}")
    assert answer is not None
    assert answer.status == 200, path
    width = page.evaluate("document.documentElement.scrollWidth")
    photograph(page, f"staff-{name}")
    assert width <= page.viewport_size["width"], f"{path} is {width} px wide"  # type: ignore[index]
    assert_accessible(page)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_kind_of_page_of_an_administrator_is_readable(
    page_at: PageMaker, live_server: Any, ours: House, width: int, scheme: str, violations: list[str]
) -> None:
    page = page_at(width, scheme)
    page.on("console", lambda message: violations.append(message.text) if message.type == "error" else None)
    already_in(page, live_server, staff(AppointmentRole.ADMINISTRATOR, ours.institution))
    tag = f"{width}-{scheme}"
    rule = ours.records["policyrule"]
    look_at(page, live_server, "/admin/", f"start-{tag}")
    look_at(page, live_server, "/admin/studies/", f"app-{tag}")
    look_at(page, live_server, "/admin/studies/patient/", f"patients-{tag}")
    look_at(page, live_server, address(ours.records["patient"]), f"patient-{tag}")
    look_at(page, live_server, address(ours.records["request"]), f"request-{tag}")
    look_at(page, live_server, address(ours.records["institution"]), f"institution-{tag}")
    look_at(page, live_server, "/admin/studies/policyrule/", f"policy-{tag}")
    look_at(page, live_server, f"{address(type(rule))}add/", f"policy-add-{tag}")
    look_at(page, live_server, address(rule), f"policy-rule-{tag}")
    look_at(page, live_server, address(rule, "delete"), f"policy-delete-{tag}")
    look_at(page, live_server, address(rule, "history"), f"policy-history-{tag}")
    look_at(page, live_server, "/admin/studies/accesscode/", f"codes-{tag}")
    look_at(page, live_server, address(ours.records["accesscode"]), f"code-{tag}")
    look_at(page, live_server, "/admin/studies/quarantinedfile/", f"quarantine-{tag}")
    look_at(page, live_server, address(ours.records["quarantinedfile"]), f"quarantined-{tag}")
    look_at(page, live_server, "/admin/studies/appointment/", f"appointments-{tag}")
    look_at(page, live_server, address(ours.records["appointment"]), f"appointment-{tag}")
    look_at(page, live_server, "/admin/accounts/auditevent/", f"audit-{tag}")
    look_at(page, live_server, address(ours.records["auditevent"]), f"audit-row-{tag}")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_kind_of_page_of_the_service_desk_is_readable(
    page_at: PageMaker, live_server: Any, width: int, scheme: str, violations: list[str]
) -> None:
    physician = PhysicianFactory(verified_at=None)
    PhysicianIdentifier.objects.create(physician=physician, country="BE", kind=IdentifierKind.RIZIV, value="10012345")
    group = Group.objects.create(name="Groepspraktijk Noord", country="BE")
    role = MembershipRole.ADMINISTRATOR
    member = Membership.objects.create(group=group, physician=physician, role=role, begins_at=LONG_AGO)
    page = page_at(width, scheme)
    page.on("console", lambda message: violations.append(message.text) if message.type == "error" else None)
    already_in(page, live_server, service_desk())
    tag = f"desk-{width}-{scheme}"
    look_at(page, live_server, "/admin/", f"start-{tag}")
    look_at(page, live_server, address(physician), f"physician-{tag}")
    look_at(page, live_server, address(physician.user), f"user-{tag}")
    look_at(page, live_server, address(group), f"group-{tag}")
    look_at(page, live_server, address(member), f"membership-{tag}")
    look_at(page, live_server, f"{address(Membership)}add/", f"membership-add-{tag}")
    look_at(page, live_server, address(counter()), f"counter-{tag}")


def test_the_desk_finds_a_patient_completes_the_birth_date_and_takes_a_code_back(
    page_at: PageMaker, live_server: Any, ours: House
) -> None:
    user = staff(AppointmentRole.DESK, ours.institution)
    page = page_at(DESKTOP)
    log_in_by_hand(page, live_server, user)
    expect(page.get_by_role("heading", name="Administration")).to_be_visible()

    page.get_by_role("link", name="Patients", exact=True).click()
    page.get_by_label("Search").fill("peeters")
    page.get_by_role("button", name="Search").click()
    assert "peeters" not in page.url
    page.get_by_role("link", name="Peeters, Anna").click()
    page.get_by_label("Day of birth").fill("14")
    page.get_by_label("Month of birth").fill("9")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")

    page.get_by_role("link", name=str(ours.records["request"])).click()
    code = ours.records["accesscode"].uuid
    page.get_by_role("link", name="works", exact=True).and_(page.locator(f"[href*='{code}']")).click()
    page.get_by_role("button", name="Take this code back").click()
    expect(page.get_by_role("status")).to_contain_text("taken back")
    expect(page.get_by_role("button", name="Take this code back")).to_have_count(0)
    ours.records["accesscode"].refresh_from_db()
    assert ours.records["accesscode"].revoked_at is not None


def test_everything_works_without_javascript(page_at: PageMaker, live_server: Any, ours: House) -> None:
    page = page_at(PHONE, javascript=False)
    already_in(page, live_server, staff(AppointmentRole.DESK, ours.institution))
    page.goto(f"{live_server.url}/admin/studies/accesscode/")
    page.get_by_role("checkbox").first.check()
    page.get_by_label("Action:").select_option(label="Take back")
    page.get_by_role("button", name="Do it to the marked rows").click()
    expect(page.get_by_role("status")).to_contain_text("1 code was taken back.")
