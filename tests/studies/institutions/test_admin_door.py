"""The admin's door: the portal's login, a second factor, an appointment that holds now."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from studies.models import AppointmentRole, Institution
from tests.factories import InstitutionFactory, UserFactory
from tests.factories.accounts import enter_as_patient

from .staff import address, as_, house, service_desk, staff

pytestmark = pytest.mark.django_db


def test_a_visitor_is_led_to_the_login_and_back() -> None:
    answer = Client().get("/admin/studies/patient/")
    assert answer.status_code == 302
    assert answer["Location"] == "/login/?next=/admin/studies/patient/"


def test_a_password_alone_is_not_enough() -> None:
    user = staff(AppointmentRole.ADMINISTRATOR, InstitutionFactory())
    client = Client()
    client.force_login(user, backend="accounts.login.backends.PasswordBackend")
    assert client.get("/admin/")["Location"] == "/login/?next=/admin/"


def test_a_patient_is_led_to_the_login() -> None:
    ours = house("AZ Sint-Example", "Peeters^Anna")
    client = Client()
    enter_as_patient(client, ours.records["accesscode"].uuid)
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("role", [None, AppointmentRole.PHYSICIAN])
def test_who_has_nothing_to_do_here_is_told_so(role: AppointmentRole | None) -> None:
    user = UserFactory() if role is None else staff(role, InstitutionFactory())
    assert as_(user).get("/admin/").status_code == 403


def test_an_appointment_that_ended_closes_the_admin_at_the_next_request() -> None:
    ours = house("AZ Sint-Example", "Peeters^Anna")
    user = staff(AppointmentRole.DESK, ours.institution)
    client = as_(user)
    assert client.get(address(ours.records["patient"])).status_code == 200

    user.appointments.update(ends_at=timezone.now())
    assert client.get(address(ours.records["patient"])).status_code == 403


def test_an_institution_that_has_left_is_closed_to_its_staff_too() -> None:
    ours = house("AZ Sint-Example", "Peeters^Anna")
    client = as_(staff(AppointmentRole.ADMINISTRATOR, ours.institution))
    assert client.get(address(ours.records["patient"])).status_code == 200

    Institution.objects.update(is_active=False)
    assert client.get(address(ours.records["patient"])).status_code == 403


def test_an_appointment_for_later_opens_nothing_yet() -> None:
    user = staff(AppointmentRole.DESK, InstitutionFactory())
    user.appointments.update(begins_at=timezone.now() + timedelta(days=1))
    assert as_(user).get("/admin/").status_code == 403


@pytest.mark.parametrize("page", ["login", "logout", "password_change", "password_change/done", "jsi18n", "r/1/1"])
def test_django_s_own_doors_are_walled_up(page: str) -> None:
    client = as_(service_desk())
    assert client.get(f"/admin/{page}/").status_code == 404


def test_every_page_says_what_it_is_for_and_loads_no_script() -> None:
    ours = house("AZ Sint-Example", "Peeters^Anna")
    client = as_(staff(AppointmentRole.ADMINISTRATOR, ours.institution))
    start = client.get("/admin/")
    kinds = [model for app in start.context["app_list"] for model in app["models"]]
    assert len(kinds) == 13
    assert all(str(model["purpose"]) for model in kinds)
    assert b"/static/admin/js" not in start.content
    assert "'unsafe-inline'" not in start["Content-Security-Policy"]
