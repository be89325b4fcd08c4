"""Lena closes her account."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.account.closing import close_account, ties_of
from accounts.audit.actor import SYSTEM, Actor, ActorKind
from accounts.models import (
    AuditAction,
    AuditEvent,
    EidCard,
    IdentifierKind,
    Physician,
    Recovery,
    RecoveryState,
    ServiceDeskAppointment,
    TotpDevice,
    User,
)
from accounts.registration.services import open_account
from accounts.service_desk.services import add_identifier, appoint, verify_physician
from groups.membership.services import add_member, found_group
from groups.models import Membership, MembershipRole
from studies.institutions.services import found_institution
from studies.models import Appointment, AppointmentRole, ParticipantRole
from studies.participants.services import name_participant
from tests.accounts.door import is_in
from tests.factories import AppointmentFactory, PhysicianFactory, UserFactory
from tests.factories.accounts import PASSWORD, log_in
from tests.factories.imaging import ct, delivered, numbered

pytestmark = pytest.mark.django_db
RIZIV = "11234578004"


@pytest.fixture
def dubois() -> Physician:
    physician: Physician = PhysicianFactory(user__username="lena@example.org", user__last_name="Dubois")
    add_identifier(physician, "BE", IdentifierKind.RIZIV, RIZIV, SYSTEM, timezone.now())
    return physician


@pytest.fixture
def hers(client: Client, dubois: Physician) -> Client:
    log_in(client, dubois.user)
    return client


def test_it_says_what_happens_and_then_it_happens(hers: Client, dubois: Physician) -> None:
    elsewhere = Client()
    log_in(elsewhere, dubois.user)
    page = hers.get("/account/close/").content.decode()
    assert "cannot be undone" in page
    assert User.objects.get(pk=dubois.user_id).is_active
    assert hers.post("/account/close/")["Location"] == "/account/closed/"
    assert is_in(hers) is is_in(elsewhere) is None
    assert mail.outbox[-1].to == ["lena@example.org"]
    again = hers.post("/login/", {"username": "lena@example.org", "password": PASSWORD})
    assert "do not belong together" in again.content.decode()


def test_nothing_that_lets_in_stays(dubois: Physician) -> None:
    user, now = dubois.user, timezone.now()
    log_in(Client(), user)
    EidCard.objects.create(user=user, key_id="1", digest="2", bound_at=now)
    Recovery.objects.create(user=user, asked_at=now)
    close_account(user, SYSTEM, now)
    user.refresh_from_db()
    assert (user.is_active, user.phone, user.has_usable_password()) == (False, "", False)
    assert not TotpDevice.objects.filter(user=user).exists()
    assert not EidCard.objects.exists()
    assert Recovery.objects.get().state == RecoveryState.STOPPED
    assert AuditEvent.objects.filter(action=AuditAction.ACCOUNT_CLOSED, details__user=str(user.uuid)).exists()


def test_history_stays_under_her_name(dubois: Physician) -> None:
    actor = Actor(ActorKind.ACCOUNT, dubois.user.uuid)
    close_account(dubois.user, actor, timezone.now())
    assert str(User.objects.get(pk=dubois.user_id)) == "Dr Lena Dubois"


def test_her_address_and_her_numbers_can_register_again(dubois: Physician) -> None:
    now = timezone.now()
    study = delivered(found_institution(slug="az", name="AZ", actor=SYSTEM, at=now), ct(), numbered(dubois))
    name_participant(study.request, ParticipantRole.REQUESTER, dubois, SYSTEM, now)
    close_account(dubois.user, SYSTEM, now)
    user = open_account(
        username="lena@example.org",
        password="copper lantern by the ferry",
        first_name="Lena",
        last_name="Dubois",
        actor=SYSTEM,
        at=now,
    )
    again = Physician.objects.create(user=user)
    add_identifier(again, "BE", IdentifierKind.RIZIV, RIZIV, SYSTEM, now)
    verify_physician(again, SYSTEM, now)
    assert again.identifiers.count() == 1


def test_she_leaves_her_practice_and_her_hospital(hers: Client, dubois: Physician) -> None:
    now = timezone.now()
    group = found_group({"name": "Praktijk Sint-Example", "country": "BE"}, SYSTEM, now)
    add_member(group, PhysicianFactory(), MembershipRole.MEMBER, SYSTEM, now)
    add_member(group, dubois, MembershipRole.MEMBER, SYSTEM, now)
    AppointmentFactory(user=dubois.user, institution__name="AZ Sint-Example", role=AppointmentRole.DESK)
    page = hers.get("/account/close/").content.decode()
    assert "You leave Praktijk Sint-Example." in page
    assert "You no longer work for AZ Sint-Example here (Desk)." in page
    hers.post("/account/close/")
    assert Membership.objects.get(physician=dubois).ends_at is not None
    assert Appointment.objects.get(user=dubois.user).ends_at is not None


def test_the_last_administrator_of_an_institution_cannot(hers: Client, dubois: Physician) -> None:
    own = AppointmentFactory(user=dubois.user, institution__name="AZ Sint-Example", role=AppointmentRole.ADMINISTRATOR)
    for ask in (hers.get, hers.post):
        page = ask("/account/close/").content.decode()
        assert "You are the last administrator of AZ Sint-Example." in page
        assert "for good" not in page
    assert User.objects.get(pk=dubois.user_id).is_active
    AppointmentFactory(institution=own.institution, role=AppointmentRole.ADMINISTRATOR)
    assert hers.post("/account/close/").status_code == 302


def test_the_last_administrator_of_a_practice_hands_over_first(hers: Client, dubois: Physician) -> None:
    now = timezone.now()
    group = found_group({"name": "Praktijk Sint-Example", "country": "BE"}, SYSTEM, now)
    add_member(group, dubois, MembershipRole.MEMBER, SYSTEM, now)
    assert not any(tie.holds for tie in ties_of(dubois.user, now))  # alone, she takes the practice with her
    add_member(group, PhysicianFactory(), MembershipRole.MEMBER, SYSTEM, now)
    assert "last administrator of Praktijk Sint-Example" in hers.post("/account/close/").content.decode()
    assert User.objects.get(pk=dubois.user_id).is_active


def test_the_last_one_at_the_service_desk_cannot(client: Client) -> None:
    worker, now = UserFactory(), timezone.now()
    appoint(worker, SYSTEM, now)
    log_in(client, worker)
    assert "last one at the service desk" in client.post("/account/close/").content.decode()
    appoint(UserFactory(), SYSTEM, now)
    assert client.post("/account/close/").status_code == 302
    assert ServiceDeskAppointment.objects.get(user=worker).ends_at is not None


def test_a_carrier_that_fails_closes_it_all_the_same(
    hers: Client, dubois: Physician, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        raise OSError

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", refuse)
    assert hers.post("/account/close/").status_code == 302
    assert not User.objects.get(pk=dubois.user_id).is_active


def test_the_last_mail_is_that_the_account_is_closed_and_the_only_one(
    hers: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        hers.post("/account/close/")
    assert [letter.subject for letter in mail.outbox] == ["Your account at PACSonWEB is closed"]
