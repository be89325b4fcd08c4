"""Stories of who works where: inviting, confirming, suspending; waits and suspensions at the service desk."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.audit.actor import SYSTEM
from accounts.models import Suspension, SuspensionReason, ThrottleCounter, User
from accounts.service_desk.suspending import suspend_physician
from accounts.throttling.limits import LOGIN_ACCOUNT
from accounts.throttling.services import take
from studies.models import Appointment, AppointmentRole, Institution, StaffInvitation
from tests.accounts.registration.applicants import link_in
from tests.factories import AppointmentFactory, InstitutionFactory, PhysicianFactory, UserFactory, totp_of
from tests.factories.accounts import LONG_AGO, log_in
from tests.studies.institutions.staff import address, asked_to_work, service_desk, staff

from .conftest import DESKTOP, PHONE, PageMaker
from .test_staff import LOOKS, already_in, look_at

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]
CONFIRM = "/admin/studies/appointment/confirm/"


@pytest.fixture
def hospital() -> Institution:
    made: Institution = InstitutionFactory(name="AZ Sint-Example")
    names = [("An", "Claes"), ("Karel", "De Vos"), ("Özlem", "Van den Broeck-Vandenbussche")]
    for number, (first, last) in enumerate(names):
        AppointmentFactory(
            institution=made,
            role=list(AppointmentRole)[number % 4],
            user__first_name=first,
            user__last_name=last,
            user__username=f"{first.lower()}.{last.split()[0].lower()}@az-sint-example.example.org",
            user__last_login=timezone.now() - timedelta(days=number * 40),
            confirmed_at=timezone.now() - timedelta(days=100 + number * 10),
        )
    AppointmentFactory(institution=made, role=AppointmentRole.DESK, suspended_at=timezone.now())
    return made


@pytest.fixture
def lena(hospital: Institution) -> User:
    return staff(AppointmentRole.ADMINISTRATOR, hospital)


def logged_in_a_while_ago(page: Page, live_server: Any, user: User) -> None:
    with time_machine.travel(timezone.now() - timedelta(minutes=15)):
        already_in(page, live_server, user)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_about_staff_is_readable(
    page_at: PageMaker, live_server: Any, hospital: Institution, lena: User, width: int, scheme: str
) -> None:
    page, tag = page_at(width, scheme), f"{width}-{scheme}"
    already_in(page, live_server, lena)
    invitation = asked_to_work(hospital)
    held = hospital.appointments.filter(role=AppointmentRole.DESK)[0]
    look_at(page, live_server, "/admin/studies/appointment/", f"people-{tag}")
    look_at(page, live_server, CONFIRM, f"confirm-{tag}")
    look_at(page, live_server, address(held), f"held-{tag}")
    look_at(page, live_server, address(StaffInvitation), f"invitations-{tag}")
    look_at(page, live_server, f"{address(StaffInvitation)}add/", f"invite-{tag}")
    look_at(page, live_server, address(invitation), f"invitation-{tag}")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_about_trust_is_readable(page_at: PageMaker, live_server: Any, width: int, scheme: str) -> None:
    page, tag, at = page_at(width, scheme), f"{width}-{scheme}", timezone.now()
    already_in(page, live_server, service_desk())
    for count in range(6):
        take(LOGIN_ACCOUNT, "dubois@example.org", at - timedelta(seconds=6 - count))
    physician = PhysicianFactory(user__last_login=LONG_AGO, user__unused_told_at=at - timedelta(days=60))
    suspend_physician(physician, SuspensionReason.REGISTRATION_WITHDRAWN, "Told by the order", SYSTEM, at)
    look_at(page, live_server, address(ThrottleCounter), f"waits-{tag}")
    look_at(page, live_server, address(ThrottleCounter.objects.get()), f"wait-{tag}")
    look_at(page, live_server, f"{address(User)}?use=none", f"unused-{tag}")
    look_at(page, live_server, address(physician.user), f"account-{tag}")
    look_at(page, live_server, address(Suspension), f"register-{tag}")
    look_at(page, live_server, address(Suspension.objects.get()), f"suspension-{tag}")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_an_administrator_confirms_everybody_but_one(
    page_at: PageMaker, live_server: Any, hospital: Institution, lena: User, width: int
) -> None:
    page = page_at(width)
    logged_in_a_while_ago(page, live_server, lena)
    page.goto(f"{live_server.url}/admin/")
    page.get_by_role("link", name="Appointments").first.click()
    page.get_by_role("link", name="Confirm your staff").click()
    page.get_by_role("checkbox", name="Karel De Vos").uncheck()
    page.get_by_role("button", name="All ticked still work here").click()

    page.locator("[name=token]").fill(totp_of(lena))
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_role("status")).to_contain_text("Please press again")
    expect(page.get_by_role("checkbox", name="Karel De Vos")).not_to_be_checked()
    page.get_by_role("button", name="All ticked still work here").click()
    expect(page.get_by_role("status")).to_have_text("4 appointments are confirmed. 1 appointment has ended.")
    expect(page.get_by_text("Karel De Vos")).to_have_count(0)
    assert Appointment.objects.get(user__first_name="Karel").ends_at is not None


def test_somebody_is_invited_and_accepts(
    page_at: PageMaker, live_server: Any, hospital: Institution, lena: User
) -> None:
    page = page_at(DESKTOP)
    already_in(page, live_server, lena)
    page.goto(f"{live_server.url}/admin/studies/appointment/")
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("Mail address").fill("jan@example.org")
    page.get_by_label("Role").select_option("Desk")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="jan@example.org")).to_be_visible()
    expect(page.get_by_text("not answered yet")).to_be_visible()

    UserFactory(username="jan@example.org", first_name="Jan")
    jan = Client()
    log_in(jan, User.objects.get(username="jan@example.org"))
    jan.get(link_in(mail.outbox[-1]))
    jan.post("/invitation/")
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("accepted")
    page.get_by_role("link", name="Administration").first.click()
    page.get_by_role("link", name="Appointments").first.click()
    expect(page.get_by_role("main")).to_contain_text("Jan")


def test_the_service_desk_finds_a_wait_and_lifts_it(page_at: PageMaker, live_server: Any) -> None:
    page, at = page_at(DESKTOP), timezone.now()
    for count in range(6):
        take(LOGIN_ACCOUNT, "dubois@example.org", at - timedelta(seconds=6 - count))
    already_in(page, live_server, service_desk())
    page.goto(f"{live_server.url}{address(ThrottleCounter)}")
    page.get_by_label("Search").fill("Dubois@example.org")
    page.get_by_role("button", name="Search").click()
    assert "dubois" not in page.url
    page.get_by_role("link", name="password of one account").click()
    page.get_by_role("button", name="Let them try again now").click()
    expect(page.get_by_role("status")).to_have_text("The wait is lifted.")
    assert take(LOGIN_ACCOUNT, "dubois@example.org", timezone.now()).allowed
