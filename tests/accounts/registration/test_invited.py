"""Accounts that begin with an invitation."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent, Delegate, Invitation, InvitationKind, User
from accounts.recovery.lost_factor import contacts_of
from accounts.registration.invited import invitation_accepted, invite, invite_again, withdraw
from studies.receivers import on_invitation_accepted
from tests.accounts.registration.applicants import PASSWORD, link_in, texts, token_in
from tests.factories import UserFactory
from tests.factories.accounts import log_in

pytestmark = pytest.mark.django_db
HOUSE = UUID("11111111-2222-4333-8444-555555555555")
WEEK = timedelta(days=7)
STEP = "/register/phone/"


def invited(kind: InvitationKind = InvitationKind.DELEGATE, address: str = "An@Example.org") -> Invitation:
    return invite(kind, address, "en", HOUSE, "desk", "AZ Sint-Example", SYSTEM, timezone.now(), WEEK)


def typed(**changes: str) -> dict[str, str]:
    return {
        "title": "",
        "first_name": "An",
        "last_name": "Peeters",
        "phone": "0470 12 34 47",
        "language": "nl",
        "password": PASSWORD,
        "again": PASSWORD,
    } | changes


@pytest.fixture
def places() -> Iterator[list[tuple[str, str, User]]]:
    """What was given to whom, by the one who listens here instead of the apps above."""
    given: list[tuple[str, str, User]] = []

    def give(invitation: Invitation, user: User, **_: Any) -> None:
        if invitation.place == "taken":
            raise ValidationError("This place is taken.")
        given.append((invitation.kind, invitation.place, user))

    invitation_accepted.disconnect(on_invitation_accepted)
    invitation_accepted.connect(give)
    yield given
    invitation_accepted.disconnect(give)
    invitation_accepted.connect(on_invitation_accepted)


@pytest.fixture
def phone(settings: Any, tmp_path: Path) -> Path:
    """The folder in which text messages lie."""
    settings.SMS_URL = f"file://{tmp_path}"
    return tmp_path


def accepts(client: Client) -> User:
    """An opens an account by the invitation in her mail."""
    invited()
    client.get(link_in(mail.outbox[-1]))
    assert client.post("/invitation/", typed()).headers["Location"] == STEP
    return User.objects.get(username="an@example.org")


def test_an_invitation_is_one_mail_that_says_who_invites(places: list[Any]) -> None:
    invitation = invited(InvitationKind.STAFF)

    [letter] = mail.outbox
    assert letter.to == ["an@example.org"]
    assert "AZ Sint-Example invites you" in letter.body
    assert AuditEvent.objects.get(action=AuditAction.INVITED).details["invitation"] == str(invitation.uuid)
    with pytest.raises(ValidationError):
        invited(address="nonsense")


def test_whoever_has_no_account_opens_one_without_a_number_and_has_the_place(client: Client, places: list[Any]) -> None:
    invited()
    opened = client.get(link_in(mail.outbox[0]))
    assert opened.headers["Location"] == "/invitation/"
    page = client.get("/invitation/").content.decode()
    assert "AZ Sint-Example" in page
    assert "an@example.org" in page

    answer = client.post("/invitation/", typed())

    assert answer.headers["Location"] == STEP
    user = User.objects.get()
    assert (user.username, user.phone, user.language) == ("an@example.org", "+32470123447", "nl")
    assert user.mail_confirmed_at is not None
    assert places == [("delegate", "desk", user)]
    assert Invitation.objects.get().accepted_by == user
    assert client.get("/invitation/").status_code == 404
    assert Delegate.objects.get().user == user


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"phone": "02 555 01 00"}, "please give a mobile number"),
        ({"password": "an peeters an", "again": "an peeters an"}, "too similar to the"),
        ({"again": "another"}, "The two are not the same."),
    ],
)
def test_what_is_wrong_opens_nothing(client: Client, places: list[Any], changes: dict[str, str], sentence: str) -> None:
    invited()
    client.get(link_in(mail.outbox[0]))

    assert sentence in client.post("/invitation/", typed(**changes)).content.decode()
    assert not User.objects.exists()
    assert not places


def test_an_account_accepts_by_logging_in(client: Client, places: list[Any]) -> None:
    user = UserFactory(username="an@example.org")
    invited()
    client.get(link_in(mail.outbox[0]))
    page = client.get("/invitation/").content.decode()
    assert "You have an account with <strong>an@example.org</strong> already." in page
    assert "/login/?next=/invitation/" in page
    client.post("/invitation/", typed())
    assert User.objects.get() == user
    assert not places

    log_in(client, user)
    assert str(user) in client.get("/invitation/").content.decode()
    assert client.post("/invitation/").headers["Location"] == "/studies/"
    assert places == [("delegate", "desk", user)]


def test_whoever_invited_can_say_no_and_nothing_is_left_of_it(client: Client, places: list[Any]) -> None:
    invite(InvitationKind.DELEGATE, "an@example.org", "en", HOUSE, "taken", "AZ", SYSTEM, timezone.now(), WEEK)
    client.get(link_in(mail.outbox[0]))

    assert "This place is taken." in client.post("/invitation/", typed()).content.decode()
    assert not User.objects.exists()
    assert Invitation.objects.get().accepted_at is None


def test_a_withdrawn_or_old_invitation_opens_nothing(client: Client, places: list[Any]) -> None:
    invitation = invited()
    client.get(link_in(mail.outbox[0]))
    assert withdraw(invitation, SYSTEM, timezone.now())

    assert client.post("/invitation/", typed()).status_code == 404
    assert not withdraw(invitation, SYSTEM, timezone.now())
    with pytest.raises(ValidationError):
        invite_again(invitation, SYSTEM, timezone.now(), WEEK)
    invite(InvitationKind.STAFF, "b@example.org", "en", HOUSE, "", "AZ", SYSTEM, timezone.now() - WEEK, WEEK)
    client.get(link_in(mail.outbox[-1]))
    assert client.post("/invitation/", typed()).status_code == 404
    assert not User.objects.exists()


def test_another_mail_ends_the_link_of_the_first(client: Client, places: list[Any]) -> None:
    invitation = invited()
    invite_again(invitation, SYSTEM, timezone.now(), WEEK)

    client.get(link_in(mail.outbox[0]))
    assert client.get("/invitation/").status_code == 404
    client.get(link_in(mail.outbox[1]))
    assert client.get("/invitation/").status_code == 200


def test_the_number_is_confirmed_by_a_token_before_anything_is_sent_to_it(
    client: Client, places: list[Any], phone: Path
) -> None:
    an = accepts(client)
    assert [message["to"] for message in texts(phone)] == ["+32470123447"]
    assert contacts_of(an) == []
    assert "+32 470 12 34 47" in client.get(STEP).content.decode()

    assert client.post(STEP, {"token": token_in(phone)}).headers["Location"] == "/invitation/done/"
    page = client.get("/invitation/done/").content.decode()
    assert "Log in with <strong>an@example.org</strong>" in page
    assert "not confirmed" not in page
    an.refresh_from_db()
    assert an.phone_confirmed_at is not None
    assert contacts_of(an) == ["+32470123447"]
    assert client.get(STEP).headers["Location"] == "/invitation/done/"
    assert AuditEvent.objects.get(action=AuditAction.REGISTRATION_CONFIRMED).details["user"] == str(an.uuid)


def test_a_mistyped_number_is_corrected_while_the_account_is_opened(
    client: Client, places: list[Any], phone: Path
) -> None:
    an = accepts(client)
    old = token_in(phone)
    client.post(f"{STEP}number/", {"phone": "0470 99 88 77"})
    client.post(STEP, {"token": old})
    an.refresh_from_db()
    assert (an.phone, an.phone_confirmed_at) == ("+32470998877", None)


def test_the_step_can_wait_and_is_found_on_the_account_s_page(client: Client, places: list[Any], phone: Path) -> None:
    an = accepts(client)
    assert 'href="/invitation/done/"' in client.get(STEP).content.decode()
    assert "Your mobile number is not confirmed yet" in client.get("/invitation/done/").content.decode()

    log_in(client, an)
    assert f'href="{STEP}"' in client.get("/account/").content.decode()
    client.post(f"{STEP}again/")
    answer = client.post(STEP, {"token": token_in(phone)}, follow=True)
    assert answer.redirect_chain[-1][0] == "/account/"
    assert "Your mobile number is confirmed." in answer.content.decode()
    assert f'href="{STEP}"' not in answer.content.decode()


def test_once_somebody_works_with_the_account_another_number_is_confirmed_on_both_ends(
    client: Client, places: list[Any], phone: Path
) -> None:
    an = accepts(client)
    log_in(client, an)
    assert 'href="/account/phone/"' in client.get(STEP).content.decode()
    assert client.post(f"{STEP}number/", {"phone": "0470 99 88 77"}).headers["Location"] == "/account/phone/"
    an.refresh_from_db()
    assert an.phone == "+32470123447"


def test_nobody_else_comes_to_the_step(client: Client, places: list[Any], phone: Path) -> None:
    accepts(client)
    stranger = Client()
    assert stranger.get(STEP).headers["Location"] == "/register/status/"
    stranger.post(STEP, {"token": token_in(phone)})
    assert stranger.get("/invitation/done/").headers["Location"] == "/login/"
    assert User.objects.get().phone_confirmed_at is None
    User.objects.update(is_active=False)
    client.post(STEP, {"token": token_in(phone)})
    assert User.objects.get().phone_confirmed_at is None
