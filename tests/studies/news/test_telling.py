"""A physician who wants to hear of what is new: when, of what, and what the mail never says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django_tasks_db.models import DBTaskResult

from accounts.audit.actor import SYSTEM
from accounts.models import News, Physician, SuspensionReason, User
from accounts.service_desk import suspending
from studies.institutions.services import found_institution, save_policy
from studies.models import Audience, Institution, Participant, ParticipantRole, PolicyRule, Study, WaitingNews
from studies.news import moments, services, tasks
from studies.news.arrivals import note_arrivals
from studies.overview.listings import refresh_listings
from tests.factories import PatientFactory, PhysicianFactory, RequestFactory, StudyFactory
from tests.factories.accounts import LONG_AGO

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SEVEN_THE_NEXT_DAY = datetime(2026, 11, 19, 6, tzinfo=UTC)  # 07:00 in Brussels, in winter


@pytest.fixture
def hospital() -> Institution:
    return found_institution(slug="az", name="AZ Sint-Example", city="Brussels", actor=SYSTEM, at=LONG_AGO)


@pytest.fixture
def dubois() -> Physician:
    physician: Physician = PhysicianFactory(user__news=News.AT_ONCE, user__language="en")
    return physician


def wants(physician: Physician, wish: News) -> None:
    User.objects.filter(pk=physician.user_id).update(news=wish)


def arrives(hospital: Institution, physician: Physician, at: datetime = NOON, **participant: Any) -> Study:
    """A study that this physician requested comes, its images with it."""
    request = RequestFactory(patient=PatientFactory(institution=hospital, name_alphabetic="Peeters^Anna"))
    role = participant.pop("role", ParticipantRole.REQUESTER)
    Participant.objects.create(request=request, role=role, name="Dubois^Lena", physician=physician)
    study: Study = StudyFactory(request=request, arrived_at=at, performed_at=at, description="MR of the left knee")
    refresh_listings(study)
    note_arrivals([study], at)
    return study


def only_mail() -> EmailMessage:
    (sent,) = mail.outbox
    return sent


def test_a_burst_is_one_mail_after_five_minutes(hospital: Institution, dubois: Physician) -> None:
    for minutes in range(3):
        arrives(hospital, dubois, NOON + minutes * MINUTE)
    assert services.tell_due(NOON + 4 * MINUTE) == 0
    assert services.tell_due(NOON + 5 * MINUTE) == 1
    assert "3 examinations" in str(only_mail().body)
    assert only_mail().to == [dubois.user.username]

    assert services.tell_due(NOON + 20 * MINUTE) == 0
    arrives(hospital, dubois, NOON + 30 * MINUTE)
    assert services.tell_due(NOON + 35 * MINUTE) == 1
    assert "1 examination." in str(mail.outbox[1].body)


def test_the_mail_leads_to_the_list_and_says_nothing_of_anybody(
    hospital: Institution, dubois: Physician, settings: Any
) -> None:
    arrives(hospital, dubois)
    services.tell_due(NOON + 5 * MINUTE)
    text = f"{only_mail().subject}\n{only_mail().body}"
    assert f"{settings.PUBLIC_URL}/studies/\n" in text
    for secret in ("Peeters", "Anna", "AZ Sint-Example", "Brussels", "MR", "knee", "Dubois"):
        assert secret not in text


def test_in_the_physicians_language(hospital: Institution, dubois: Physician, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[Any, ...]] = []

    def carry(*letter: Any) -> bool:
        sent.append(letter)
        return True

    monkeypatch.setattr(services, "send_account_mail", carry)
    User.objects.filter(pk=dubois.user_id).update(language="nl")
    arrives(hospital, dubois)
    services.tell_due(NOON + 5 * MINUTE)
    assert sent[0][-1] == "nl"


def test_the_worker_is_asked_once_for_a_burst_and_not_told_about_whom(hospital: Institution, dubois: Physician) -> None:
    arrives(hospital, dubois)
    arrives(hospital, dubois, NOON + MINUTE)
    task = DBTaskResult.objects.get()
    assert task.run_after == NOON + 5 * MINUTE
    assert task.args_kwargs == {"args": [str(dubois.uuid)], "kwargs": {}}
    with time_machine.travel(NOON + 5 * MINUTE, tick=False):
        tasks.tell_physician.call(str(dubois.uuid))
    assert "2 examinations" in str(only_mail().body)


def test_once_a_day_at_seven(hospital: Institution, dubois: Physician) -> None:
    wants(dubois, News.DAILY)
    arrives(hospital, dubois)
    arrives(hospital, dubois, NOON + timedelta(hours=3))
    assert not DBTaskResult.objects.exists()
    assert services.tell_due(SEVEN_THE_NEXT_DAY - MINUTE) == 0
    assert services.tell_due(SEVEN_THE_NEXT_DAY) == 1
    assert "2 examinations" in str(only_mail().body)

    arrives(hospital, dubois, SEVEN_THE_NEXT_DAY + MINUTE)
    assert services.tell_due(SEVEN_THE_NEXT_DAY + timedelta(hours=23)) == 0
    assert services.tell_due(SEVEN_THE_NEXT_DAY + timedelta(hours=24)) == 1


def test_a_delivery_noted_late_makes_no_second_mail_of_the_day(hospital: Institution, dubois: Physician) -> None:
    wants(dubois, News.DAILY)
    arrives(hospital, dubois)
    services.tell_due(SEVEN_THE_NEXT_DAY)
    arrives(hospital, dubois, SEVEN_THE_NEXT_DAY - MINUTE)
    assert services.tell_due(SEVEN_THE_NEXT_DAY + MINUTE) == 0
    assert services.tell_due(SEVEN_THE_NEXT_DAY + timedelta(days=1)) == 1


@pytest.mark.parametrize(
    ("at", "morning"),
    [
        (datetime(2026, 3, 28, 6, tzinfo=UTC), datetime(2026, 3, 28, 6, tzinfo=UTC)),
        (datetime(2026, 3, 29, 4, 59, tzinfo=UTC), datetime(2026, 3, 28, 6, tzinfo=UTC)),
        (datetime(2026, 3, 29, 5, tzinfo=UTC), datetime(2026, 3, 29, 5, tzinfo=UTC)),
        (datetime(2026, 10, 25, 5, 59, tzinfo=UTC), datetime(2026, 10, 24, 5, tzinfo=UTC)),
        (datetime(2026, 10, 25, 6, tzinfo=UTC), datetime(2026, 10, 25, 6, tzinfo=UTC)),
    ],
)
def test_seven_is_seven_on_the_clock_in_summer_and_in_winter(at: datetime, morning: datetime) -> None:
    assert moments.last_morning(at) == morning


def test_whoever_wants_none_gets_none(hospital: Institution, dubois: Physician) -> None:
    wants(dubois, News.NONE)
    arrives(hospital, dubois)
    assert not WaitingNews.objects.exists()


def test_whoever_wants_no_more_is_not_told_what_waited(hospital: Institution, dubois: Physician) -> None:
    arrives(hospital, dubois)
    wants(dubois, News.NONE)
    assert services.tell_due(NOON + 5 * MINUTE) == 0
    wants(dubois, News.AT_ONCE)
    assert services.tell_due(NOON + 6 * MINUTE) == 0


def test_whoever_is_suspended_is_told_nothing(hospital: Institution, dubois: Physician) -> None:
    arrives(hospital, dubois)
    suspending.suspend_physician(dubois, SuspensionReason.REGISTRATION_WITHDRAWN, "", SYSTEM, NOON)
    assert services.tell_due(NOON + 5 * MINUTE) == 0
    assert not services.tell(dubois.uuid, NOON + 5 * MINUTE)
    arrives(hospital, dubois, NOON + MINUTE)
    assert WaitingNews.objects.count() == 1

    suspending.resume_physician(dubois, SYSTEM, NOON + 6 * MINUTE)
    assert not mail.outbox


def shows_requesters(hospital: Institution, **what: Any) -> None:
    rule = PolicyRule.objects.get(institution=hospital, audience=Audience.REQUESTER)
    for field, value in ({"images": False, "report": False} | what).items():
        setattr(rule, field, value)
    save_policy(rule, SYSTEM, LONG_AGO)


def test_what_the_policy_never_shows_is_no_news(hospital: Institution, dubois: Physician) -> None:
    shows_requesters(hospital)
    arrives(hospital, dubois)
    assert services.tell_due(NOON + 5 * MINUTE) == 0
    assert not WaitingNews.objects.exists()


def test_what_opens_later_is_news_when_it_opens(hospital: Institution, dubois: Physician) -> None:
    shows_requesters(hospital, images=True, images_hours=24)
    arrives(hospital, dubois)
    assert services.tell_due(NOON + 5 * MINUTE) == 0
    assert services.tell_due(NOON + timedelta(hours=24) + 4 * MINUTE) == 0
    assert services.tell_due(NOON + timedelta(hours=24) + 5 * MINUTE) == 1
    assert "1 examination." in str(only_mail().body)


def test_a_mail_that_nobody_carries_is_tried_again(
    hospital: Institution, dubois: Physician, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrives(hospital, dubois)
    with monkeypatch.context() as down:
        down.setattr(services, "send_account_mail", lambda *_: False)
        assert services.tell_due(NOON + 5 * MINUTE) == 0
    assert services.tell_due(NOON + 6 * MINUTE) == 1
    dubois.user.refresh_from_db()
    assert dubois.user.news_told_until == NOON + 6 * MINUTE


def test_what_could_not_be_told_for_a_month_is_forgotten(hospital: Institution, dubois: Physician) -> None:
    arrives(hospital, dubois)
    assert services.forget_news(NOON + timedelta(days=29)) == 0
    assert services.forget_news(NOON + timedelta(days=30)) == 1
