"""Nobody is trusted for ever: the service desk suspends with a reason, and a register keeps it."""

from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.audit.actor import SYSTEM, Actor, ActorKind
from accounts.models import Physician, Session, SuspendedPart, Suspension, SuspensionReason, User
from accounts.service_desk.suspending import resume_physician, resume_user, suspend_physician, suspend_user
from studies.models import AppointmentRole
from tests.factories import AppointmentFactory, PhysicianFactory, UserFactory
from tests.factories.studies import NOON
from tests.studies.institutions.staff import address, as_, service_desk

pytestmark = pytest.mark.django_db
REASON = SuspensionReason


@pytest.fixture
def sam() -> User:
    return service_desk()


@pytest.fixture
def desk(sam: User) -> Client:
    return as_(sam)


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_the_register_says_who_was_suspended_why_when_and_by_whom(desk: Client, sam: User) -> None:
    dubois = PhysicianFactory(user__username="dubois@example.org")
    desk.post(address(dubois, "do/suspend"), {"suspend-reason": "withdrawn", "suspend-words": "Told by the order"})
    desk.post(address(dubois, "do/resume"))
    desk.post(address(dubois.user, "do/suspend"), {"suspend-reason": "unused"})

    first, second = Suspension.objects.order_by("pk")
    assert (first.part, first.reason, first.words) == (
        SuspendedPart.PHYSICIAN,
        REASON.REGISTRATION_WITHDRAWN,
        "Told by the order",
    )
    assert first.by == first.ended_by == sam.uuid
    assert first.ended_at is not None
    assert (second.part, second.reason, second.ended_at) == (SuspendedPart.ACCOUNT, REASON.UNUSED, None)

    page = desk.get(address(first)).content.decode()
    for shown in ("dubois@example.org", "registration withdrawn", "Told by the order", sam.username):
        assert shown in page
    listed = desk.get(address(Suspension), {"state": "holds"}).context["cl"].result_list
    assert list(listed) == [second]


def test_whoever_is_suspended_is_told_once_by_mail_but_not_why(
    desk: Client, django_capture_on_commit_callbacks: Any, settings: Any
) -> None:
    settings.SERVICE_DESK_PHONE, settings.SERVICE_DESK_HOURS = "+32 2 555 01 00", "Monday to Friday"
    dubois = PhysicianFactory(user__username="dubois@example.org")
    told = {"suspend-reason": "misused", "suspend-words": "Lent out the password"}
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(address(dubois, "do/suspend"), told)
        desk.post(address(dubois, "do/suspend"), told)
        desk.post(address(dubois, "do/resume"))
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(address(dubois.user, "do/suspend"), told)
    assert [letter.to for letter in mail.outbox] == [["dubois@example.org"]] * 3
    assert [letter.subject for letter in mail.outbox] == [
        "Your access is closed for the time being",
        "Your access is open again",
        "Your access is closed for the time being",
    ]
    stopped, _, closed = (str(letter.body) for letter in mail.outbox)
    assert "You can still log in" in stopped
    assert "You cannot log in" in closed
    assert "Service desk: +32 2 555 01 00 (Monday to Friday)" in closed
    assert "password" not in stopped + closed


def test_whose_account_is_closed_reads_nothing_of_studies(django_capture_on_commit_callbacks: Any) -> None:
    dubois = PhysicianFactory(user__username="dubois@example.org", user__is_active=False)
    with django_capture_on_commit_callbacks(execute=True):
        suspend_physician(dubois, REASON.PRACTICE_LEFT, "", SYSTEM, NOON)
        resume_physician(dubois, SYSTEM, NOON)
    assert not mail.outbox


def test_a_suspended_physician_is_out_at_the_next_click_and_history_stays(desk: Client) -> None:
    dubois: Physician = PhysicianFactory()
    browser = as_(dubois.user)
    desk.post(address(dubois, "do/suspend"), {"suspend-reason": "left"})
    assert browser.get("/studies/").status_code == 302
    assert not Session.objects.filter(user=dubois.user).exists()
    assert User.objects.get(pk=dubois.user_id).is_active
    assert dubois.identifiers.count() == Physician.objects.get(pk=dubois.pk).identifiers.count()


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ({"suspend-reason": ""}, "Choose a reason. Nothing was changed."),
        ({"suspend-reason": "whim"}, "Select a valid choice. whim is not one of the available choices."),
        ({"suspend-reason": "other"}, "Say why, in one line. Nothing was changed."),
        ({"suspend-reason": "left", "suspend-words": "x" * 201}, "Say it in one line. Nothing was changed."),
    ],
)
def test_a_suspension_has_a_reason(desk: Client, sent: dict[str, str], answer: str) -> None:
    user = UserFactory()
    assert said(desk.post(address(user, "do/suspend"), sent, follow=True)) == [answer]
    assert User.objects.get(pk=user.pk).is_active
    assert not Suspension.objects.exists()


def test_the_last_administrator_of_an_institution_is_held_unless_misused(desk: Client) -> None:
    lena = AppointmentFactory().user
    answer = desk.post(address(lena, "do/suspend"), {"suspend-reason": "unused"}, follow=True)
    assert said(answer) == ["This is the last administrator of the institution. Appoint another one first."]
    assert User.objects.get(pk=lena.pk).is_active
    desk.post(address(lena, "do/suspend"), {"suspend-reason": "misused"})
    assert not User.objects.get(pk=lena.pk).is_active


def test_an_account_that_its_owner_closed_for_good_is_not_opened_again(desk: Client) -> None:
    gone = UserFactory(is_active=False)
    assert "Open this account again" not in desk.get(address(gone)).content.decode()
    desk.post(address(gone, "do/resume"))
    assert not User.objects.get(pk=gone.pk).is_active
    with pytest.raises(ValidationError, match="not suspended"):
        resume_user(gone, SYSTEM, NOON)


def test_nobody_is_suspended_twice() -> None:
    user, physician = UserFactory(), PhysicianFactory()
    suspend_user(user, REASON.UNUSED, "", SYSTEM, NOON)
    with pytest.raises(ValidationError, match="closed already"):
        suspend_user(user, REASON.UNUSED, "", SYSTEM, NOON)
    suspend_physician(physician, REASON.PRACTICE_LEFT, "", SYSTEM, NOON)
    suspend_physician(physician, REASON.WISH, "", SYSTEM, NOON)
    assert Suspension.objects.get(user=physician.user).reason == REASON.PRACTICE_LEFT
    with pytest.raises(IntegrityError), transaction.atomic():
        Suspension.objects.create(user=user, part=SuspendedPart.ACCOUNT, reason=REASON.OTHER, since=NOON)


def test_the_register_is_read_only_and_the_service_desk_s(desk: Client) -> None:
    user = UserFactory()
    suspend_user(user, REASON.UNUSED, "", Actor(ActorKind.SYSTEM), NOON)
    row = Suspension.objects.get()
    assert desk.post(address(row), {"words": "never"}).status_code == 403
    assert desk.post(address(row, "delete"), {"post": "yes"}).status_code == 403
    assert "the system" in desk.get(address(row)).content.decode()
    lena = AppointmentFactory(role=AppointmentRole.ADMINISTRATOR).user
    assert as_(lena).get(address(Suspension)).status_code == 403
