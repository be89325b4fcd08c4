"""Every quarter an institution's administrators say who still works there."""

import re
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent, User
from studies.institutions.confirmation import due_at, lapses_at
from studies.institutions.confirming import confirm_staff, remind_administrators
from studies.models import Appointment, AppointmentRole, Institution
from tests.factories import AppointmentFactory, InstitutionFactory, totp_of
from tests.factories.studies import NOON

from .staff import as_, staff

pytestmark = pytest.mark.django_db
PAGE = "/admin/studies/appointment/confirm/"
DESK = AppointmentRole.DESK
LONG = timedelta(days=120)


@pytest.fixture
def hospital() -> Institution:
    made: Institution = InstitutionFactory(name="AZ Sint-Example")
    return made


@pytest.fixture
def lena(hospital: Institution) -> User:
    return staff(AppointmentRole.ADMINISTRATOR, hospital)


def sent(institution: Institution, *without: Appointment) -> dict[str, Any]:
    everybody = [str(held.uuid) for held in Appointment.objects.filter(institution=institution, ends_at=None)]
    away = {str(held.uuid) for held in without}
    kept = [uuid for uuid in everybody if uuid not in away]
    return {"institution": str(institution.uuid), "shown": everybody, "kept": kept}


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def ticked(page: str) -> set[UUID]:
    boxes = re.findall(r'name="kept"\s+value="([^"]+)"[^>]*?(checked)?>', page)
    return {UUID(value) for value, checked in boxes if checked}


def test_everybody_stands_on_one_page_all_ticked(hospital: Institution, lena: User) -> None:
    an = AppointmentFactory(institution=hospital, role=DESK, user__username="an@example.org")
    away = AppointmentFactory(institution=hospital, role=DESK, suspended_at=NOON)
    gone = AppointmentFactory(institution=hospital, role=DESK, ends_at=NOON)
    elsewhere = AppointmentFactory(user__username="elsewhere@example.org")
    page = as_(lena).get(PAGE).content.decode()
    assert "an@example.org" in page
    assert "suspended" in page
    assert elsewhere.user.username not in page
    assert ticked(page) == {lena.appointments.get().uuid, an.uuid, away.uuid}
    assert gone.user.username not in page


def test_all_still_right(hospital: Institution, lena: User) -> None:
    held = AppointmentFactory(institution=hospital, role=DESK, confirmed_at=timezone.now() - LONG)
    assert as_(held.user).get("/desk/").status_code == 403

    answer = as_(lena).post(PAGE, sent(hospital), follow=True)
    assert said(answer) == ["2 appointments are confirmed."]
    assert as_(held.user).get("/desk/").status_code == 200
    row = AuditEvent.objects.get(action=AuditAction.STAFF_CONFIRMED)
    assert (row.institution, row.details) == (hospital.uuid, {"confirmed": 2, "ended": 0})


def test_single_ones_are_taken_out(hospital: Institution, lena: User) -> None:
    gone = AppointmentFactory(institution=hospital, role=DESK)
    stays = AppointmentFactory(institution=hospital, role=DESK)
    answer = as_(lena).post(PAGE, sent(hospital, gone), follow=True)
    assert said(answer) == ["2 appointments are confirmed. 1 appointment has ended."]
    assert Appointment.objects.get(pk=gone.pk).ends_at is not None
    assert Appointment.objects.get(pk=stays.pk).ends_at is None
    assert as_(gone.user).get("/desk/").status_code == 403


def test_the_last_administrator_cannot_be_taken_out_and_nothing_else_is_done(hospital: Institution, lena: User) -> None:
    desk = AppointmentFactory(institution=hospital, role=DESK)
    answer = as_(lena).post(PAGE, sent(hospital, desk, lena.appointments.get()), follow=True)
    assert said(answer) == ["This is the last administrator of the institution. Appoint another one first."]
    assert Appointment.objects.filter(institution=hospital, ends_at=None).count() == 2
    assert not AuditEvent.objects.filter(action=AuditAction.STAFF_CONFIRMED).exists()


def test_whoever_came_since_the_page_was_opened_is_left_alone(hospital: Institution, lena: User) -> None:
    form = sent(hospital)
    since = AppointmentFactory(institution=hospital, role=DESK, confirmed_at=NOON)
    as_(lena).post(PAGE, form)
    since.refresh_from_db()
    assert (since.ends_at, since.confirmed_at) == (None, NOON)


def test_nobody_confirms_or_ends_the_staff_of_another_institution(hospital: Institution, lena: User) -> None:
    other = AppointmentFactory(confirmed_at=NOON)
    client = as_(lena)
    assert said(client.post(PAGE, sent(other.institution), follow=True)) == ["Nothing was changed. Please look again."]
    client.post(PAGE, sent(hospital) | {"shown": [str(other.uuid)], "kept": []})
    other.refresh_from_db()
    assert (other.ends_at, other.confirmed_at) == (None, NOON)


@pytest.mark.parametrize("role", [DESK, AppointmentRole.AUDITOR])
def test_only_administrators_confirm(hospital: Institution, role: AppointmentRole) -> None:
    client = as_(staff(role, hospital))
    assert client.get(PAGE).status_code == client.post(PAGE, sent(hospital)).status_code == 403


def test_confirming_asks_for_the_factor_and_keeps_the_ticks(hospital: Institution, lena: User) -> None:
    gone = AppointmentFactory(institution=hospital, role=DESK)
    with time_machine.travel(timezone.now() - timedelta(minutes=15)):
        client = as_(lena)
    asked = client.post(PAGE, sent(hospital, gone))
    client.get(asked["Location"])
    back = client.post("/login/again/", {"token": totp_of(lena)})
    page = client.get(back["Location"]).content.decode()
    assert "Please press again" in page
    assert ticked(page) == {lena.appointments.get().uuid}
    assert Appointment.objects.get(pk=gone.pk).ends_at is None


def test_what_is_due_shows_on_the_start_page(hospital: Institution, lena: User) -> None:
    def waiting() -> int:
        start = as_(lena).get("/admin/")
        kinds = [model for app in start.context["app_list"] for model in app["models"]]
        return int(next(kind["waiting"] for kind in kinds if kind["object_name"] == "Appointment"))

    assert waiting() == 0
    AppointmentFactory(institution=hospital, role=DESK, confirmed_at=timezone.now() - LONG)
    assert waiting() == 1
    assert "Due since" in as_(lena).get(PAGE).content.decode()


def test_the_page_costs_the_same_for_one_and_for_many(hospital: Institution, lena: User) -> None:
    client = as_(lena)
    client.get(PAGE)
    before = queries_of(client)
    AppointmentFactory.create_batch(10, institution=hospital, role=DESK)
    assert queries_of(client) == before


def queries_of(client: Client) -> int:
    with CaptureQueriesContext(connection) as made:
        client.get(PAGE)
    return len(made)


def test_administrators_are_reminded_once_when_due_and_once_when_grace_is_over(hospital: Institution) -> None:
    for name in ("lena", "karel"):
        AppointmentFactory(institution=hospital, confirmed_at=NOON, user__username=f"{name}@example.org")
    AppointmentFactory(institution=hospital, role=DESK, confirmed_at=NOON)
    due, lapse = due_at(NOON), lapses_at(NOON)
    moments = [due - timedelta(seconds=1), due, due + timedelta(days=1), lapse, lapse + timedelta(days=30)]
    assert [remind_administrators(at) for at in moments] == [0, 1, 0, 1, 0]

    first, second, third, fourth = mail.outbox
    assert {*first.to, *second.to} == {*third.to, *fourth.to} == {"lena@example.org", "karel@example.org"}
    assert first.subject == "Please confirm the staff of AZ Sint-Example"
    assert f"/{PAGE.strip('/')}/" in first.body
    assert "4 March 2027" in first.body
    assert third.subject == "Staff of AZ Sint-Example is paused"


def test_after_a_confirmation_the_next_quarter_is_reminded_of(hospital: Institution) -> None:
    lena = AppointmentFactory(institution=hospital, confirmed_at=NOON)
    due = due_at(NOON)
    remind_administrators(due)
    confirm_staff(hospital, [lena.uuid], [lena.uuid], SYSTEM, due)
    assert remind_administrators(lapses_at(NOON)) == 0
    assert remind_administrators(due_at(due)) == 1


def test_nobody_is_reminded_of_the_suspended_nor_by_whoever_left(hospital: Institution) -> None:
    now = timezone.now()
    AppointmentFactory(institution=hospital)
    AppointmentFactory(institution=hospital, role=DESK, confirmed_at=NOON - LONG, suspended_at=NOON)
    AppointmentFactory(institution=hospital, role=DESK, confirmed_at=NOON - LONG, ends_at=NOON)
    AppointmentFactory(institution__is_active=False, confirmed_at=NOON - LONG)
    assert remind_administrators(now) == 0
    assert not mail.outbox


def test_a_reminder_that_no_mail_carrier_took_is_sent_by_the_next_run(hospital: Institution) -> None:
    AppointmentFactory(institution=hospital, confirmed_at=NOON)
    due = due_at(NOON)
    with patch("django.core.mail.backends.locmem.EmailBackend.send_messages", side_effect=OSError):
        assert remind_administrators(due) == 0
    assert remind_administrators(due + timedelta(hours=1)) == 1
