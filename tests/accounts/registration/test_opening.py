"""Opening accounts."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from accounts.audit.actor import SYSTEM
from accounts.models import AuditEvent, Profession, User
from accounts.registration.services import add_physician, open_account, set_password

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
PASSWORD = "copper lantern by the ferry"


def opened(username: str = "Lena@Example.org", password: str = PASSWORD) -> User:
    return open_account(
        username=username, password=password, first_name="Lena", last_name="Dubois", actor=SYSTEM, at=NOON
    )


@pytest.mark.django_db
def test_an_account_is_known_by_its_address_in_lower_case_and_leaves_a_row() -> None:
    user = opened()

    assert user.username == "lena@example.org"
    assert user.check_password(PASSWORD)
    assert AuditEvent.objects.get().details == {"user": str(user.uuid), "change": "account opened"}


@pytest.mark.django_db
@pytest.mark.parametrize(("username", "password"), [("lena@example.org", "short"), ("no address", PASSWORD)])
def test_a_weak_password_or_no_address_opens_nothing(username: str, password: str) -> None:
    with pytest.raises(ValidationError):
        opened(username, password)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_an_address_is_taken_whatever_its_case() -> None:
    opened()
    with pytest.raises(ValidationError):
        opened("LENA@example.org")


@pytest.mark.django_db
def test_another_password_replaces_the_first() -> None:
    user = opened()
    with pytest.raises(ValidationError):
        set_password(user, "short", SYSTEM, NOON)

    set_password(user, "another lantern by the ferry", SYSTEM, NOON)

    user.refresh_from_db()
    assert user.check_password("another lantern by the ferry")
    assert not user.check_password(PASSWORD)


@pytest.mark.django_db
def test_a_physician_waits_to_be_verified() -> None:
    physician = add_physician(opened(), Profession.DENTIST, "Orthodontics", SYSTEM, NOON)

    assert not physician.is_trusted
