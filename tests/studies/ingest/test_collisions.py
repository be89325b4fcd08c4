"""The same SOP Instance UID twice."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from studies.archive.examined import PersonName, Pictures
from studies.archive.kinds import InstanceKind, PixelState
from studies.ingest.results import Fate
from studies.models import Instance, QuarantinedFile, Study

from .arrivals import PICTURE, Delivery

OTHER_PICTURE = replace(PICTURE, pixel_digest="b" * 64)
NO_PICTURE = Pictures(InstanceKind.OTHER, PixelState.NONE)


def test_the_same_file_again_changes_nothing(delivery: Delivery) -> None:
    delivery.arrives(delivery.file())
    (result,) = delivery.arrives(delivery.file())
    assert (result.fate, result.study) == (Fate.DUPLICATE, Study.objects.get().uuid)
    assert Study.objects.get().instance_count == 1
    assert not QuarantinedFile.objects.exists()


def test_the_same_file_twice_in_one_batch(delivery: Delivery) -> None:
    results = delivery.arrives(delivery.file(), delivery.file())
    assert [result.fate for result in results] == [Fate.STORED, Fate.DUPLICATE]


def test_equal_pixels_in_another_encoding_are_a_duplicate(delivery: Delivery) -> None:
    delivery.arrives(delivery.file())
    (result,) = delivery.arrives(delivery.file(transfer_syntax_uid="1.2.840.10008.1.2.4.90"))
    assert result.fate == Fate.DUPLICATE
    assert Instance.objects.get().transfer_syntax_uid == "1.2.840.10008.1.2.1"


@pytest.mark.parametrize(
    ("arriving", "pictures", "reason"),
    [
        ({}, OTHER_PICTURE, "other_pixels"),
        ({"name": PersonName("Peeters^Annette")}, PICTURE, "correction"),
        ({"birth_year": 1952}, PICTURE, "correction"),
        ({"birth_year": 1952}, OTHER_PICTURE, "other_patient"),
        ({"patient_id": "P2"}, PICTURE, "other_patient"),
        ({"patient_id": "P2"}, OTHER_PICTURE, "other_patient"),
        ({"study_instance_uid": "1.2.2", "series_instance_uid": "1.2.2.1"}, PICTURE, "other_study"),
    ],
)
def test_what_is_not_the_same_waits_in_quarantine_and_the_first_stays(
    delivery: Delivery, arriving: dict[str, Any], pictures: Pictures, reason: str
) -> None:
    delivery.arrives(delivery.file())
    before = Instance.objects.values().get()
    (result,) = delivery.arrives(delivery.file(pictures=pictures, **arriving))

    assert result.fate == Fate.QUARANTINED
    kept = QuarantinedFile.objects.get()
    assert (kept.reason, kept.instance_id) == (reason, before["id"])
    assert (Path(settings.ARCHIVE_ROOT) / kept.file).exists()
    assert Instance.objects.values().get() == before


def test_a_series_of_another_study_waits_in_quarantine(delivery: Delivery) -> None:
    delivery.arrives(delivery.slice(1))
    (result,) = delivery.arrives(delivery.slice(2, study_instance_uid="1.2.2"))
    assert result.fate == Fate.QUARANTINED
    assert QuarantinedFile.objects.get().reason == "other_study"
    assert Study.objects.count() == 1


def test_the_desk_reads_what_a_correction_changes(delivery: Delivery) -> None:
    delivery.arrives(delivery.file())
    delivery.arrives(delivery.file(name=PersonName("Peeters^Annette"), birth_year=1952))
    detail = QuarantinedFile.objects.get().detail
    assert "Peeters^Anna → Peeters^Annette" in detail
    assert "1951-09-14 → 1952-09-14" in detail


def test_documents_are_only_equal_byte_for_byte(delivery: Delivery) -> None:
    delivery.arrives(delivery.file(pictures=NO_PICTURE, content=b"report"))
    same, other = delivery.arrives(
        delivery.file(pictures=NO_PICTURE, content=b"report"),
        delivery.file(pictures=NO_PICTURE, content=b"another report"),
    )
    assert (same.fate, other.fate) == (Fate.DUPLICATE, Fate.QUARANTINED)


def test_running_the_same_delivery_again_adds_nothing_to_the_quarantine(delivery: Delivery) -> None:
    for expected in ([Fate.STORED, Fate.QUARANTINED], [Fate.DUPLICATE, Fate.QUARANTINED]):
        first, second = delivery.file(), replace(delivery.file(pictures=OTHER_PICTURE), name="CD/other")
        assert [result.fate for result in delivery.arrives(first, second)] == expected
    assert QuarantinedFile.objects.count() == 1
