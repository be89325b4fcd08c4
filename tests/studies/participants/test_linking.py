"""Many requests follow a number in the background: in pieces, whatever happens in between."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from accounts.audit.actor import SYSTEM
from accounts.models import Physician, SuspensionReason
from accounts.service_desk import services, suspending
from studies.models import Listing, NumberToMatch, Participant, Study
from studies.overview.listings import refresh_listings_of
from studies.participants import linking, matching, tasks
from tests.factories import PhysicianFactory
from tests.factories.studies import NOON

from .numbered import RIZIV, lists, named

pytestmark = pytest.mark.django_db
MANY = 7
Commits = Callable[..., Any]


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "WITHIN_THE_REQUEST", 3)
    monkeypatch.setattr(linking, "AT_ONCE", 2)


@pytest.fixture
def waiting() -> list[Study]:
    return [named(f"1-00123-45-{last:03}") for last in range(MANY)]


@pytest.fixture
def dubois(waiting: list[Study]) -> Physician:
    """Verified a moment ago, with more requests from before than are linked at once."""
    physician: Physician = PhysicianFactory(verified_at=None)
    services.add_identifier(physician, "BE", RIZIV, "10012345", SYSTEM, NOON)
    NumberToMatch.objects.all().delete()  # nobody's yet: nothing was to be done
    services.verify_physician(physician, SYSTEM, NOON)
    return physician


def link_until_killed_after(pieces: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that links dies within the piece after these."""
    left: Iterator[int] = iter(range(pieces))

    def dying(requests: Any) -> None:
        refresh_listings_of(requests)
        if next(left, None) is None:
            raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(linking, "refresh_listings_of", dying)
        with pytest.raises(SystemExit):
            linking.finish_due(NOON)


def test_many_wait_for_the_worker_whose_task_does_not_name_the_number(dubois: Physician, waiting: list[Study]) -> None:
    assert not lists(dubois)
    task = DBTaskResult.objects.get()
    order = NumberToMatch.objects.get()
    assert task.args_kwargs == {"args": [str(order.uuid)], "kwargs": {}}
    assert "10012345" not in json.dumps(task.args_kwargs)

    tasks.link_number.call(str(order.uuid))
    assert list(lists(dubois)) == [study.pk for study in waiting]
    assert not NumberToMatch.objects.exists()


def test_a_few_are_linked_when_the_deed_is_done(django_capture_on_commit_callbacks: Commits) -> None:
    studies = [named(f"1-00123-45-{last:03}") for last in range(3)]
    physician = PhysicianFactory()
    with django_capture_on_commit_callbacks(execute=True):
        services.add_identifier(physician, "BE", RIZIV, "10012345", SYSTEM, NOON)
        assert list(lists(physician)) == [study.pk for study in studies]
    assert not NumberToMatch.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_where_no_worker_runs_what_is_due_is_done(dubois: Physician) -> None:
    assert linking.finish_due(NOON) == MANY
    assert lists(dubois).count() == MANY
    assert linking.finish_due(NOON) == 0


def test_what_was_linked_before_a_kill_stays_and_the_rest_follows(
    dubois: Physician, monkeypatch: pytest.MonkeyPatch
) -> None:
    link_until_killed_after(2, monkeypatch)
    assert lists(dubois).count() == Participant.objects.filter(physician=dubois).count() == 4

    assert linking.finish_due(NOON) == MANY - 4
    assert lists(dubois).count() == MANY


def test_a_suspension_in_the_middle_leaves_nothing(dubois: Physician, monkeypatch: pytest.MonkeyPatch) -> None:
    link_until_killed_after(2, monkeypatch)
    suspending.suspend_physician(dubois, SuspensionReason.REGISTRATION_WITHDRAWN, "", SYSTEM, NOON)

    linking.finish_due(NOON)
    assert not lists(dubois)
    assert not Participant.objects.filter(physician=dubois).exists()
    assert not NumberToMatch.objects.exists()


def test_a_suspension_between_two_pieces_is_heeded_by_the_next(
    dubois: Physician, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces: list[float] = []

    def suspend(breath: float) -> None:
        pieces.append(breath)
        if len(pieces) == 2:
            suspending.suspend_physician(dubois, SuspensionReason.REGISTRATION_WITHDRAWN, "", SYSTEM, NOON)

    monkeypatch.setattr(time, "sleep", suspend)
    linking.finish_due(NOON)
    assert not lists(dubois)
    assert not Participant.objects.filter(physician=dubois).exists()


def test_two_workers_do_not_do_it_twice(dubois: Physician) -> None:
    order = NumberToMatch.objects.get()
    assert linking.finish(order.uuid) == MANY
    assert linking.finish(order.uuid) == 0
    assert Listing.objects.count() == MANY


# Whoever stores a request and whoever gives its number out do not see each other before they commit: whoever comes last
# looks again and finds the other.


def test_a_request_that_was_not_there_yet_is_found_by_whoever_gave_the_number_out(
    django_capture_on_commit_callbacks: Commits,
) -> None:
    physician = PhysicianFactory()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        services.add_identifier(physician, "BE", RIZIV, "10012345", SYSTEM, NOON)
        study = named("10012345004")
    assert list(lists(physician)) == [study.pk]


def stored_by_what_was_known(study: Study, capture: Commits) -> None:
    with capture(execute=True), transaction.atomic():
        matching.follow([Participant.objects.get(request=study.request)])


def test_a_number_that_was_not_given_out_yet_is_noticed_by_whoever_stored_the_request(
    django_capture_on_commit_callbacks: Commits,
) -> None:
    physician = PhysicianFactory()
    with django_capture_on_commit_callbacks(execute=True):
        services.add_identifier(physician, "BE", RIZIV, "10012345", SYSTEM, NOON)
    study = named("10012345004")
    stored_by_what_was_known(study, django_capture_on_commit_callbacks)
    assert list(lists(physician)) == [study.pk]


def test_a_number_that_was_not_taken_away_yet_is_noticed_by_whoever_stored_the_request(
    django_capture_on_commit_callbacks: Commits,
) -> None:
    physician = PhysicianFactory()
    study = named("10012345004", physician=physician)
    stored_by_what_was_known(study, django_capture_on_commit_callbacks)
    assert not Participant.objects.filter(physician=physician).exists()
    assert not NumberToMatch.objects.exists()
