"""A number changes hands while its requests are linked and others arrive: in the end everything is with its holder."""

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from threading import Barrier, Event
from time import sleep

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts.audit.actor import SYSTEM
from accounts.models import Physician, PhysicianIdentifier, SuspensionReason
from accounts.service_desk import services, suspending
from studies.models import Listing, NumberToMatch, Participant, ParticipantRole, Study
from studies.overview.listings import refresh_listings
from studies.participants import linking, matching
from studies.participants.holders import trusted_holders
from studies.participants.numbers import Number
from studies.participants.unmatching import take_back, unmatch
from tests.factories import PhysicianFactory, StudyFactory
from tests.factories.studies import NOON

from .numbered import RIZIV, lists, named

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 8


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "WITHIN_THE_REQUEST", 5)
    monkeypatch.setattr(linking, "AT_ONCE", 3)


@pytest.fixture(autouse=True)
def slow_to_act(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time passes between asking who holds a number and acting on it, so that others come in between if they can."""

    def slowly(numbers: Collection[Number]) -> dict[Number, Physician]:
        holders = trusted_holders(numbers)
        sleep(0.01)
        return holders

    monkeypatch.setattr(linking, "trusted_holders", slowly)


def at_once(*jobs: Callable[[int], None]) -> None:
    """Each job as often as `TIMES`, all at the same time. An error in one fails the test."""
    barrier = Barrier(len(jobs))

    def run(job: Callable[[int], None]) -> None:
        barrier.wait(20)
        try:
            for time in range(TIMES):
                job(time)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        for done in [pool.submit(run, job) for job in jobs]:
            done.result(60)


def test_whatever_happens_at_once_the_last_word_counts() -> None:
    old = [named(f"1-00123-45-{last:03}") for last in range(12)]
    wrong = named("10012345999")
    dubois: Physician = PhysicianFactory()
    services.add_identifier(dubois, "BE", RIZIV, "10012345", SYSTEM, NOON)
    linking.finish_due(NOON)
    studies: list[Study] = [StudyFactory() for _ in range(TIMES)]

    def doubted(time: int) -> None:
        if time % 2:
            suspending.resume_physician(dubois, SYSTEM, NOON)
        else:
            suspending.suspend_physician(Physician.objects.get(), SuspensionReason.UNUSED, "", SYSTEM, NOON)

    def arriving(time: int) -> None:
        number = (str(RIZIV), "10012345")
        with transaction.atomic():
            holder = trusted_holders([number]).get(number)
            sleep(0.02)
            arrived = Participant.objects.create(
                request=studies[time].request,
                role=ParticipantRole.REQUESTER,
                system=RIZIV,
                identifier="10012345004",
                digits="10012345",
                physician=holder,
            )
            matching.follow([arrived])
            refresh_listings(studies[time])

    def undone(time: int) -> None:
        participant = Participant.objects.get(request=wrong.request)
        with suppress(ValidationError):
            (take_back if time % 2 else unmatch)(participant, "Not her", SYSTEM, NOON)

    def linked(_time: int) -> None:
        linking.finish_due(NOON)

    at_once(doubted, arriving, undone, linked)
    linking.finish_due(NOON)

    assert not NumberToMatch.objects.exists()
    assert PhysicianIdentifier.objects.get().physician.is_trusted
    expected: set[int] = {study.pk for study in [*old, *studies]}
    if Participant.objects.get(request=wrong.request).unmatched_at is None:
        expected.add(wrong.pk)
    assert set(lists(dubois)) == expected
    theirs = set(Participant.objects.filter(physician=dubois).values_list("request__studies", flat=True))
    assert theirs == expected
    assert Listing.objects.count() == len(expected) <= Study.objects.count()


def test_a_suspension_waits_for_the_piece_that_is_being_linked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the piece would go to somebody who was trusted when it was looked at, and stay there."""
    for last in range(2):
        named(f"1-00123-45-{last:03}")
    dubois: Physician = PhysicianFactory()
    with monkeypatch.context() as patched:
        patched.setattr(matching, "WITHIN_THE_REQUEST", 0)
        services.add_identifier(dubois, "BE", RIZIV, "10012345", SYSTEM, NOON)
    asked, suspended, times = Event(), Event(), count(1)

    def in_the_middle(numbers: Collection[Number]) -> dict[Number, Physician]:
        """The third time is when the participants of a piece are given to their holder."""
        holders = trusted_holders(numbers)
        if next(times) == 3:
            asked.set()
            suspended.wait(0.5)
        return holders

    def suspend() -> None:
        try:
            asked.wait(20)
            suspending.suspend_physician(dubois, SuspensionReason.UNUSED, "", SYSTEM, NOON)
            suspended.set()
        finally:
            connection.close()

    monkeypatch.setattr(linking, "trusted_holders", in_the_middle)
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(suspend)
        linking.finish_due(NOON)
        done.result(60)
    assert not lists(dubois)
    assert not Participant.objects.filter(physician=dubois).exists()
    assert not NumberToMatch.objects.exists()
