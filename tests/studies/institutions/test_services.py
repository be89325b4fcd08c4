"""Birth dates completed by the desk, and who works there."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from accounts.audit.actor import SYSTEM, Actor, ActorKind
from accounts.models import AuditAction, AuditEvent
from studies.institutions.appointments import LastAdministratorError, administrators, appoint, end_appointment
from studies.institutions.queries import desks, request_named
from studies.institutions.services import complete_birth_date
from studies.models import Appointment, AppointmentRole, Patient
from tests.factories import AppointmentFactory, InstitutionFactory, PatientFactory, RequestFactory, UserFactory
from tests.factories.studies import NOON

pytestmark = pytest.mark.django_db
DESK = Actor(ActorKind.ACCOUNT, uuid4(), uuid4(), "192.0.2.9")


def test_the_desk_completes_a_birth_date_as_far_as_it_is_known() -> None:
    anna = PatientFactory(birth_year=None, birth_month=None, birth_day=None)
    complete_birth_date(anna, DESK, NOON, year=1951)
    stored = Patient.objects.get(pk=anna.pk)
    assert (stored.birth_year, stored.birth_month, stored.birth_day) == (1951, None, None)
    assert stored.birth_completed_by_desk
    row = AuditEvent.objects.get(action=AuditAction.PATIENT_CHANGED)
    assert (row.patient, row.actor, row.institution) == (anna.uuid, DESK.uuid, anna.institution.uuid)
    assert "1951" not in str(row.details)


def test_not_with_a_date_that_cannot_be() -> None:
    anna = PatientFactory(birth_year=None, birth_month=None, birth_day=None)
    with pytest.raises(ValidationError, match="no such date"):
        complete_birth_date(anna, DESK, NOON, year=1951, month=2, day=30)
    assert Patient.objects.get(pk=anna.pk).birth_year is None


def test_somebody_is_appointed_once() -> None:
    house, user = InstitutionFactory(), UserFactory()
    first = appoint(user, house, AppointmentRole.DESK, DESK, NOON)
    assert appoint(user, house, AppointmentRole.DESK, DESK, NOON) == first
    assert AuditEvent.objects.filter(action=AuditAction.APPOINTMENT_CHANGED).count() == 1
    assert end_appointment(first, DESK, NOON + timedelta(days=1))
    assert not end_appointment(first, DESK, NOON + timedelta(days=2))
    assert appoint(user, house, AppointmentRole.DESK, DESK, NOON + timedelta(days=3)) != first


def test_the_last_administrator_stays() -> None:
    only = AppointmentFactory()
    with pytest.raises(LastAdministratorError):
        end_appointment(only, DESK, NOON)
    AppointmentFactory(institution=only.institution, role=AppointmentRole.DESK)
    AppointmentFactory(institution=only.institution, begins_at=NOON + timedelta(days=1))
    AppointmentFactory(institution=only.institution, user__is_active=False)
    AppointmentFactory()
    with pytest.raises(LastAdministratorError):
        end_appointment(only, DESK, NOON)
    AppointmentFactory(institution=only.institution)
    assert end_appointment(only, DESK, NOON)
    assert only not in administrators(only.institution, NOON)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_end_each_other_at_the_same_moment_leave_one() -> None:
    house = InstitutionFactory()
    both = [AppointmentFactory(institution=house), AppointmentFactory(institution=house)]

    def end(appointment: Appointment) -> bool:
        try:
            return end_appointment(appointment, SYSTEM, NOON)
        except LastAdministratorError:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(end, both)) == [False, True]
    assert administrators(house, NOON).count() == 1


def test_all_desks_that_answer_the_phone_are_named() -> None:
    named = InstitutionFactory(name="B"), InstitutionFactory(name="A")
    InstitutionFactory(desk_phone="")
    InstitutionFactory(is_active=False)
    assert list(desks()) == sorted(named, key=lambda house: house.name)


def test_a_request_is_found_by_accession_number_or_uuid_within_its_institution() -> None:
    request, elsewhere = RequestFactory(accession_number="A1"), RequestFactory(accession_number="A1")
    assert request_named(request.institution, "A1") == request
    assert request_named(request.institution, str(request.uuid)) == request
    assert request_named(request.institution, str(elsewhere.uuid)) is None
    assert request_named(request.institution, "B2") is None
