"""Accounts that nobody has used for a year: told thirty days before, listed for the service desk."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Suspension, SuspensionReason, User
from accounts.service_desk.unused import tell_unused, unused
from tests.factories import AppointmentFactory, UserFactory
from tests.factories.accounts import LONG_AGO
from tests.studies.institutions.staff import address, as_, service_desk

pytestmark = pytest.mark.django_db
USED = datetime(2026, 3, 31, 12, tzinfo=ZoneInfo("Europe/Brussels")).astimezone(UTC)
A_YEAR_LATER = datetime(2027, 3, 31, 12, tzinfo=ZoneInfo("Europe/Brussels")).astimezone(UTC)
TOLD = A_YEAR_LATER - timedelta(days=30)
MOMENT = timedelta(seconds=1)


@pytest.fixture
def dubois() -> User:
    user: User = UserFactory(username="dubois@example.org", last_login=USED)
    return user


def test_the_owner_is_told_once_thirty_days_before(dubois: User) -> None:
    assert [tell_unused(at) for at in (TOLD - MOMENT, TOLD, TOLD + timedelta(days=1))] == [0, 1, 0]
    [letter] = mail.outbox
    assert letter.to == ["dubois@example.org"]
    assert "log in before 31 March 2027" in letter.body
    assert "/login/" in letter.body


def test_it_is_listed_a_calendar_year_after_the_last_login(dubois: User) -> None:
    tell_unused(TOLD)
    assert not unused(A_YEAR_LATER - MOMENT).exists()
    assert unused(A_YEAR_LATER).get() == dubois


def test_nobody_is_listed_who_was_not_told_thirty_days_before(dubois: User) -> None:
    late = A_YEAR_LATER + timedelta(days=300)
    tell_unused(late)
    assert not unused(late + timedelta(days=30) - MOMENT).exists()
    assert unused(late + timedelta(days=30)).get() == dubois


def test_whoever_logs_in_is_off_the_list_and_told_again_a_year_later(dubois: User) -> None:
    tell_unused(TOLD)
    User.objects.update(last_login=TOLD + MOMENT)
    assert not unused(A_YEAR_LATER).exists()
    assert tell_unused(TOLD + timedelta(days=366)) == 1
    assert len(mail.outbox) == 2


def test_an_account_that_was_never_used_counts_from_the_day_it_was_opened() -> None:
    UserFactory(last_login=None, date_joined=USED)
    assert tell_unused(TOLD) == 1
    assert unused(A_YEAR_LATER).exists()


def test_a_closed_account_is_left_in_peace() -> None:
    UserFactory(last_login=USED, is_active=False)
    assert tell_unused(TOLD) == 0


def test_a_notice_that_no_mail_carrier_took_is_sent_by_the_next_run(dubois: User) -> None:
    with patch("django.core.mail.backends.locmem.EmailBackend.send_messages", side_effect=OSError):
        assert tell_unused(TOLD) == 0
    assert tell_unused(TOLD + timedelta(hours=1)) == 1


def test_the_service_desk_closes_the_marked_ones_and_only_those_on_the_list() -> None:
    desk = as_(service_desk())
    two_months_ago = timezone.now() - timedelta(days=60)
    stale = UserFactory(last_login=LONG_AGO, unused_told_at=two_months_ago)
    needed = AppointmentFactory(user__last_login=LONG_AGO, user__unused_told_at=two_months_ago).user
    fresh = UserFactory(last_login=timezone.now())

    page = desk.get(address(User), {"use": "none"})
    assert set(page.context["cl"].result_list) == {stale, needed}
    marked = {"action": "close_unused", "index": 0, "_selected_action": [stale.pk, needed.pk, fresh.pk]}
    said = [str(each) for each in desk.post(address(User), marked, follow=True).context["messages"]]
    assert said[-1] == "1 account was closed."
    assert said[0].startswith(f"{needed.username}: This is the last administrator")
    assert set(User.objects.filter(is_active=False)) == {stale}
    assert Suspension.objects.get().reason == SuspensionReason.UNUSED
