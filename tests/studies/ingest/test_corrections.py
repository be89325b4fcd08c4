"""One click takes a correction over; what was there before is kept."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from accounts.audit.actor import Actor, ActorKind
from accounts.models import AuditAction, AuditEvent
from studies.archive.examined import Outcome, PersonName, Skipped, Source
from studies.ingest.corrections import NotACorrection, accept_correction, refuse_correction
from studies.ingest.results import Fate
from studies.models import Instance, Patient, QuarantinedFile, Study

from .arrivals import NOON, Delivery

DESK = Actor(ActorKind.ACCOUNT, uuid4())
Examine = Callable[[Source, Path, str], Outcome]


@pytest.fixture
def examine(delivery: Delivery) -> Examine:
    """Stands in for the worker: finds in the quarantined bytes what the file was made of."""

    def again(source: Source, root: Path, staged: str) -> Outcome:
        made = delivery.file(name=PersonName("Peeters^Annette"), birth_day=15)
        assert Path(source.path).read_bytes() == (root / made.staged / "original.dcm").read_bytes()
        (root / made.staged).rename(root / staged)
        return replace(made, staged=staged)

    return again


@pytest.fixture
def correction(delivery: Delivery) -> QuarantinedFile:
    delivery.arrives(delivery.file())
    delivery.arrives(delivery.file(name=PersonName("Peeters^Annette"), birth_day=15))
    return QuarantinedFile.objects.get()


def test_the_correction_takes_the_place_and_the_first_is_kept(correction: QuarantinedFile, examine: Examine) -> None:
    first = Instance.objects.get()
    corrected = accept_correction(correction, DESK, NOON, examine)

    first.refresh_from_db()
    assert (first.replaced_by, corrected.replaced_by) == (corrected, None)
    assert corrected.series == first.series
    assert Study.objects.get().instance_count == 1
    for instance in (first, corrected):
        assert (Path(settings.ARCHIVE_ROOT) / instance.key / "original.dcm").exists()
    anna = Patient.objects.get()
    assert (anna.display_name, anna.birth_day) == ("Annette Peeters", 15)


def test_the_answer_is_written_down(correction: QuarantinedFile, examine: Examine) -> None:
    accept_correction(correction, DESK, NOON, examine)
    correction.refresh_from_db()
    assert (correction.resolution, correction.resolved_at, correction.resolved_by) == ("accepted", NOON, DESK.uuid)
    row = AuditEvent.objects.get(action=AuditAction.CORRECTION_ACCEPTED)
    assert (row.actor, row.study) == (DESK.uuid, Study.objects.get().uuid)
    assert "Peeters" not in str(row.details)


def test_a_second_click_finds_it_answered(correction: QuarantinedFile, examine: Examine) -> None:
    accept_correction(correction, DESK, NOON, examine)
    with pytest.raises(NotACorrection):
        accept_correction(correction, DESK, NOON, examine)
    with pytest.raises(NotACorrection):
        refuse_correction(correction, DESK, NOON)
    assert Instance.objects.count() == 2


def test_both_versions_are_duplicates_from_then_on(
    correction: QuarantinedFile, examine: Examine, delivery: Delivery
) -> None:
    accept_correction(correction, DESK, NOON, examine)
    results = delivery.arrives(delivery.file(), delivery.file(name=PersonName("Peeters^Annette"), birth_day=15))
    assert [result.fate for result in results] == [Fate.DUPLICATE, Fate.DUPLICATE]


def test_a_correction_of_a_correction(correction: QuarantinedFile, examine: Examine, delivery: Delivery) -> None:
    corrected = accept_correction(correction, DESK, NOON, examine)
    delivery.arrives(delivery.file(name=PersonName("Peeters^Anne"), birth_day=15))
    second = QuarantinedFile.objects.get(resolution="")
    content = (Path(settings.ARCHIVE_ROOT) / second.file).read_bytes()

    def as_it_is(source: Source, root: Path, staging: str) -> Outcome:
        return delivery.file(name=PersonName("Peeters^Anne"), birth_day=15, content=content)

    newest = accept_correction(second, DESK, NOON, as_it_is)
    assert Instance.objects.get(replaced_by=None) == newest
    assert corrected in newest.replaces.all()
    assert newest.replaces.count() == 2  # every earlier version points to the current one


def test_refusing_changes_nothing_but_the_answer(correction: QuarantinedFile) -> None:
    before = (Instance.objects.values().get(), Patient.objects.values().get())
    refuse_correction(correction, DESK, NOON)
    assert (Instance.objects.values().get(), Patient.objects.values().get()) == before
    correction.refresh_from_db()
    assert correction.resolution == "refused"
    assert AuditEvent.objects.filter(action=AuditAction.CORRECTION_REFUSED).count() == 1


def test_only_corrections_have_an_answer(delivery: Delivery) -> None:
    delivery.arrives(delivery.broken())
    with pytest.raises(NotACorrection):
        refuse_correction(QuarantinedFile.objects.get(), DESK, NOON)


def test_a_file_that_can_no_longer_be_read(correction: QuarantinedFile) -> None:
    with pytest.raises(NotACorrection):
        accept_correction(correction, DESK, NOON, lambda source, root, staging: Skipped(source.name, "gone"))
    assert Instance.objects.count() == 1
