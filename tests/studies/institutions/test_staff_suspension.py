"""Suspending and resuming staff; the last administrator of an institution stays, whatever is tried."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.utils import timezone

from accounts.audit.actor import SYSTEM, Actor, ActorKind
from accounts.login.rules import needs_strong_factor
from accounts.models import AuditAction, AuditEvent
from studies.institutions.appointments import (
    LastAdministratorError,
    administrators,
    end_appointment,
    hold_administrators,
    resume_appointment,
    suspend_appointment,
)
from studies.institutions.permissions import standing_of
from studies.models import Appointment, AppointmentRole
from tests.factories import AppointmentFactory, InstitutionFactory
from tests.factories.studies import NOON

from .staff import address, as_, house, staff

pytestmark = pytest.mark.django_db
LENA = Actor(ActorKind.ACCOUNT, uuid4(), uuid4(), "192.0.2.9")
DESK = AppointmentRole.DESK


def test_a_suspended_appointment_counts_for_nothing_from_the_next_click_on() -> None:
    ours = house("AZ Sint-Example", "Peeters^Anna")
    desk, lena = staff(DESK, ours.institution), staff(AppointmentRole.ADMINISTRATOR, ours.institution)
    at_the_desk, patient = as_(desk), address(ours.records["patient"])
    assert at_the_desk.get(patient).status_code == at_the_desk.get("/desk/").status_code == 200

    held = desk.appointments.get()
    as_(lena).post(address(held, "do/suspend"), {"suspend-reason": "On leave"})
    assert at_the_desk.get(patient).status_code == at_the_desk.get("/desk/").status_code == 403
    assert not needs_strong_factor(desk, timezone.now())
    row = AuditEvent.objects.filter(action=AuditAction.APPOINTMENT_CHANGED).latest("pk")
    assert (row.details["deed"], row.details["reason"], row.actor) == ("suspended", "On leave", lena.uuid)

    as_(lena).post(address(held, "do/resume"))
    assert at_the_desk.get(patient).status_code == 200


def test_a_suspension_wants_a_reason() -> None:
    ours = house("AZ Sint-Example", "Peeters^Anna")
    desk, lena = staff(DESK, ours.institution), staff(AppointmentRole.ADMINISTRATOR, ours.institution)
    answer = as_(lena).post(address(desk.appointments.get(), "do/suspend"), {"suspend-reason": ""}, follow=True)
    assert "Say why" in answer.content.decode()
    assert desk.appointments.get().suspended_at is None


def test_nothing_is_suspended_or_resumed_twice() -> None:
    held = AppointmentFactory(role=DESK)
    assert not resume_appointment(held, LENA, NOON)
    assert suspend_appointment(held, "On leave", LENA, NOON)
    assert not suspend_appointment(held, "On leave", LENA, NOON)
    assert resume_appointment(held, LENA, NOON)
    end_appointment(held, LENA, NOON)
    assert not suspend_appointment(held, "Too late", LENA, NOON)


def test_the_person_is_told_once_each_time_but_not_why(django_capture_on_commit_callbacks: Any) -> None:
    house = InstitutionFactory(name="AZ Sint-Example")
    held = AppointmentFactory(institution=house, role=DESK, user__username="an@example.org", user__language="en")
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            suspend_appointment(held, "Took letters home", LENA, NOON)
        for _ in range(2):
            resume_appointment(held, LENA, NOON)
    suspended, resumed = mail.outbox
    assert suspended.to == resumed.to == ["an@example.org"]
    assert suspended.subject == "Your work for AZ Sint-Example is suspended"
    assert "Ask an administrator of AZ Sint-Example" in suspended.body
    assert "letters" not in suspended.body
    assert resumed.subject == "You can work for AZ Sint-Example again"


def test_nobody_is_told_of_a_suspension_that_did_not_come_about(django_capture_on_commit_callbacks: Any) -> None:
    only, closed = AppointmentFactory(), AppointmentFactory(role=DESK, user__is_active=False)
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(LastAdministratorError):
            suspend_appointment(only, "On leave", LENA, NOON)
        suspend_appointment(closed, "Left", LENA, NOON)
    assert not mail.outbox


def test_whoever_is_resumed_is_confirmed_anew() -> None:
    held = AppointmentFactory(role=DESK, confirmed_at=NOON, suspended_at=NOON)
    later = NOON + timedelta(days=400)
    resume_appointment(held, LENA, later)
    assert Appointment.objects.get(pk=held.pk).confirmed_at == later
    assert (DESK, held.institution_id) in standing_of(held.user, later).appointments


def test_the_last_administrator_is_not_suspended() -> None:
    only = AppointmentFactory()
    AppointmentFactory(institution=only.institution, suspended_at=NOON)
    AppointmentFactory(institution=only.institution, role=DESK)
    with pytest.raises(LastAdministratorError):
        suspend_appointment(only, "On leave", LENA, NOON)
    with pytest.raises(LastAdministratorError):
        end_appointment(only, LENA, NOON)
    assert list(administrators(only.institution, NOON)) == [only]


def test_a_suspended_administrator_can_be_let_go() -> None:
    only = AppointmentFactory()
    suspended = AppointmentFactory(institution=only.institution, suspended_at=NOON)
    assert end_appointment(suspended, LENA, NOON)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_suspend_each_other_at_the_same_moment_leave_one() -> None:
    institution = InstitutionFactory()
    both = [AppointmentFactory(institution=institution), AppointmentFactory(institution=institution)]

    def suspend(held: Appointment) -> bool:
        try:
            return suspend_appointment(held, "A quarrel", SYSTEM, NOON)
        except LastAdministratorError:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(suspend, both)) == [False, True]
    assert administrators(institution, NOON).count() == 1


def test_an_account_that_is_the_last_administrator_somewhere_is_held() -> None:
    first = AppointmentFactory()
    AppointmentFactory(user=first.user, role=DESK)
    second = AppointmentFactory(user=first.user)
    AppointmentFactory(institution=second.institution)

    def hold() -> None:
        with transaction.atomic():
            hold_administrators(first.user, NOON)

    with pytest.raises(ValidationError, match="last administrator"):
        hold()
    AppointmentFactory(institution=first.institution)
    hold()
    # Whoever is suspended administers nothing.
    administrators(first.institution, NOON).exclude(user=first.user).update(suspended_at=NOON)
    with pytest.raises(ValidationError, match="last administrator"):
        hold()
