"""An institution's administrators ask people to work for it."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent, Invitation, InvitationKind, SignInFactor, User
from accounts.registration.invited import invite
from studies.institutions.appointments import end_appointment, suspend_appointment
from studies.models import Appointment, AppointmentRole, StaffInvitation
from tests.accounts.registration.applicants import PASSWORD, link_in
from tests.factories import AppointmentFactory, InstitutionFactory, UserFactory
from tests.factories.accounts import log_in

from .staff import House, address, as_, asked_to_work, house, staff

pytestmark = pytest.mark.django_db
ADD = f"{address(StaffInvitation)}add/"
WAYS = r'<a href="(/(?:desk|admin)/)"'


@pytest.fixture
def ours() -> House:
    return house("AZ Sint-Example", "Peeters^Anna")


@pytest.fixture
def lena(ours: House) -> User:
    return staff(AppointmentRole.ADMINISTRATOR, ours.institution)


def form(ours: House, **changes: Any) -> dict[str, Any]:
    asked = {"mail": "An@Example.org", "institution": ours.institution.pk, "role": "desk", "language": "en"}
    return asked | changes


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def ways_on(client: Client) -> list[str]:
    """Where the header leads to beside studies."""
    return re.findall(WAYS, client.get("/account/").content.decode())


def accept_with_new_account(letter: Any) -> Any:
    client = Client()
    client.get(link_in(letter))
    typed = {"title": "", "first_name": "An", "last_name": "Claes", "phone": "0470 12 34 47", "language": "en"}
    return client.post("/invitation/", typed | {"password": PASSWORD, "again": PASSWORD})


def test_who_is_invited_opens_an_account_and_works_there(ours: House, lena: User) -> None:
    as_(lena).post(ADD, form(ours))
    [letter] = mail.outbox
    assert letter.to == ["an@example.org"]
    assert "AZ Sint-Example invites you" in letter.body

    accept_with_new_account(letter)
    appointment = Appointment.objects.get(user__username="an@example.org")
    assert (appointment.institution, appointment.role) == (ours.institution, AppointmentRole.DESK)
    assert appointment.confirmed_at == appointment.begins_at
    assert as_(appointment.user).get(address(ours.records["patient"])).status_code == 200
    log = AuditEvent.objects.filter(institution=ours.institution.uuid).order_by("pk").values_list("action", flat=True)
    expected = [AuditAction.INVITED, AuditAction.APPOINTMENT_CHANGED, AuditAction.INVITATION_ENDED]
    assert list(log)[-3:] == expected


def test_the_page_says_the_same_whether_there_is_an_account_or_not(ours: House, lena: User) -> None:
    UserFactory(username="karel@example.net")
    client = as_(lena)
    answers = [
        client.post(ADD, form(ours, mail=address), follow=True) for address in ("karel@example.net", "no@example.net")
    ]
    assert [said(answer) for answer in answers] == [["The invitation was sent."], ["The invitation was sent."]]
    assert len(mail.outbox) == 2


def test_a_physician_who_is_appointed_gives_a_strong_factor_before_the_first_work(ours: House, lena: User) -> None:
    """The session may have been begun in a remembered browser."""
    as_(lena).post(ADD, form(ours))
    user, client = UserFactory(username="an@example.org"), Client()
    log_in(client, user, factor=SignInFactor.REMEMBERED)
    client.get(link_in(mail.outbox[0]))
    client.post("/invitation/")
    assert Appointment.objects.filter(user=user).exists()
    for page in ("/admin/", "/desk/", "/desk/institution/"):
        assert client.get(page)["Location"].startswith("/login/again/"), page


def test_the_header_leads_to_the_work_as_soon_as_somebody_accepts_it(ours: House, lena: User) -> None:
    as_(lena).post(ADD, form(ours))
    user, client = UserFactory(username="an@example.org"), Client()
    log_in(client, user)
    assert ways_on(client) == []
    client.get(link_in(mail.outbox[0]))
    client.post("/invitation/")
    assert ways_on(client) == ["/desk/", "/admin/"]


def test_the_header_leads_no_more_to_work_that_ended_a_minute_ago(ours: House, lena: User) -> None:
    appointment = AppointmentFactory(institution=ours.institution, role=AppointmentRole.AUDITOR)
    client = as_(appointment.user)
    assert ways_on(client) == ["/admin/"]
    end_appointment(appointment, SYSTEM, timezone.now())
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert ways_on(client) == []


def test_nobody_is_invited_twice_and_staff_is_not_invited(ours: House, lena: User) -> None:
    client = as_(lena)
    client.post(ADD, form(ours))
    twice = client.post(ADD, form(ours)).content.decode()
    assert "This address is invited already." in twice
    own = client.post(ADD, form(ours, mail=lena.username, role="administrator")).content.decode()
    assert "This person has this appointment already." in own
    assert len(mail.outbox) == 1
    client.post(ADD, form(ours, role="auditor"))
    assert len(mail.outbox) == 2


def test_a_withdrawn_invitation_opens_nothing(ours: House, lena: User) -> None:
    client = as_(lena)
    client.post(ADD, form(ours))
    [letter] = mail.outbox
    invitation = StaffInvitation.objects.get(mail="an@example.org")
    assert said(client.post(address(invitation, "do/withdraw"), follow=True))[-1:] == ["The invitation is withdrawn."]
    assert accept_with_new_account(letter).status_code == 404
    assert not User.objects.filter(username="an@example.org").exists()
    assert "withdrawn" in client.get(address(invitation)).content.decode()


def test_another_mail_is_sent_when_the_first_is_lost(ours: House, lena: User) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=20)):
        client = as_(lena)
        client.post(ADD, form(ours))
    client, invitation = as_(lena), StaffInvitation.objects.get(mail="an@example.org")
    assert "not answered in time" in client.get(address(StaffInvitation)).content.decode()
    client.post(address(invitation, "do/again"))
    assert accept_with_new_account(mail.outbox[0]).status_code == 404
    assert accept_with_new_account(mail.outbox[1])["Location"] == "/register/phone/"
    assert Appointment.objects.filter(user__username="an@example.org").exists()


def test_nobody_s_mailbox_is_filled(ours: House, lena: User) -> None:
    client = as_(lena)
    client.post(ADD, form(ours))
    invitation = StaffInvitation.objects.get(mail="an@example.org")
    for _ in range(3):
        answer = client.post(address(invitation, "do/again"), follow=True)
    assert len(mail.outbox) == 3
    assert said(answer)[-1].startswith("Too many invitations were sent today. You can try again")


def test_an_invitation_is_worth_what_its_inviter_may_do_when_it_is_accepted(ours: House, lena: User) -> None:
    as_(lena).post(ADD, form(ours))
    suspend_appointment(lena.appointments.get(), "Left in anger", SYSTEM, timezone.now())
    answer = accept_with_new_account(mail.outbox[0])
    assert "Whoever invited you may no longer do so." in answer.content.decode()
    assert not User.objects.filter(username="an@example.org").exists()
    assert Invitation.objects.get(mail="an@example.org").accepted_at is None


def test_nobody_brings_a_suspended_appointment_back_by_an_invitation(ours: House, lena: User) -> None:
    held = Appointment.objects.create(
        user=UserFactory(username="an@example.org"),
        institution=ours.institution,
        role=AppointmentRole.DESK,
        begins_at=timezone.now(),
        suspended_at=timezone.now(),
    )
    page = as_(lena).post(ADD, form(ours)).content.decode()
    assert "This person has this appointment already." in page
    # Nor by an older one.
    invite(
        InvitationKind.STAFF,
        "other@example.org",
        "en",
        ours.institution.uuid,
        "desk",
        "AZ",
        SYSTEM,
        timezone.now(),
        timedelta(days=1),
    )
    Invitation.objects.filter(mail="other@example.org").update(invited_by=lena.uuid)
    client = Client()
    log_in(client, held.user)
    client.get(link_in(mail.outbox[-1]))
    client.post("/invitation/")
    assert Appointment.objects.get(user=held.user).suspended_at is not None


def test_an_institution_that_left_appoints_nobody(ours: House, lena: User) -> None:
    as_(lena).post(ADD, form(ours))
    ours.institution.is_active = False
    ours.institution.save()
    assert "This invitation is over." in accept_with_new_account(mail.outbox[0]).content.decode()


def test_nobody_invites_for_another_institution(ours: House, lena: User) -> None:
    other = InstitutionFactory()
    answer = as_(lena).post(ADD, form(ours, institution=other.pk))
    assert "institution" in answer.context["adminform"].form.errors
    assert not mail.outbox


def test_a_list_of_invitations_costs_the_same_for_one_and_for_many(ours: House, lena: User) -> None:
    client = as_(lena)
    client.get(address(StaffInvitation))
    before = queries_of(client)
    for count in range(10):
        asked_to_work(ours.institution, f"{count}@example.org")
    assert queries_of(client) == before


def queries_of(client: Client) -> int:
    with CaptureQueriesContext(connection) as made:
        client.get(address(StaffInvitation))
    return len(made)
