"""`manage.py appoint`: the first staff of a new portal."""

import io

import pytest
from django.core.management import CommandError, call_command

from accounts.audit.actor import ActorKind
from accounts.models import AuditAction, AuditEvent, ServiceDeskAppointment
from studies.models import Appointment, AppointmentRole
from tests.factories import InstitutionFactory, UserFactory

pytestmark = pytest.mark.django_db


def appoint(*arguments: str) -> str:
    out = io.StringIO()
    call_command("appoint", *arguments, stdout=out)
    return out.getvalue()


def test_the_first_administrator_of_an_institution() -> None:
    user = UserFactory(username="lena@example.org")
    institution = InstitutionFactory(slug="az", name="AZ Sint-Example")
    for _ in range(2):
        said = appoint("Lena@Example.org", "--institution", "az", "--role", "administrator")
    assert said == f"{user} works for AZ Sint-Example as administrator.\n"
    appointment = Appointment.objects.get()
    assert (appointment.user, appointment.institution, appointment.role) == (
        user,
        institution,
        AppointmentRole.ADMINISTRATOR,
    )
    row = AuditEvent.objects.get(action=AuditAction.APPOINTMENT_CHANGED)
    assert row.actor_kind == ActorKind.SYSTEM


def test_the_first_at_the_service_desk() -> None:
    user = UserFactory(username="sam@example.org")
    appoint("sam@example.org", "--service-desk")
    assert ServiceDeskAppointment.objects.get().user == user


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["nobody@example.org", "--service-desk"], "Nobody has an active account"),
        (["lena@example.org", "--institution", "nowhere", "--role", "desk"], "There is no institution"),
        (["lena@example.org", "--institution", "az"], "Say as what"),
        (["lena@example.org", "--service-desk", "--role", "desk"], "has no roles"),
        (["lena@example.org"], "one of the arguments"),
        (["lena@example.org", "--institution", "az", "--role", "king"], "invalid choice"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: list[str], why: str) -> None:
    UserFactory(username="lena@example.org")
    InstitutionFactory(slug="az")
    with pytest.raises(CommandError, match=why):
        appoint(*arguments)
    assert not Appointment.objects.exists()
