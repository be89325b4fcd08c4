"""What a killed run leaves behind is cleared by the next; what others are doing is left alone."""

import os
from pathlib import Path

import pytest
from django.conf import settings

from studies.archive.staging import Staging
from studies.ingest.sweeping import sweep_archive
from studies.models import Instance

from .arrivals import Delivery


def killed(staging: Staging) -> None:
    """What the kernel does to a killed process: its lock is gone, its files are there."""
    os.close(staging._lock)
    staging._lock = os.open(os.devnull, os.O_RDONLY)


def placed() -> list[str]:
    root = Path(settings.ARCHIVE_ROOT)
    return sorted(path.parent.relative_to(root).as_posix() for path in root.glob("*/*/*/original.dcm"))


def test_a_run_that_is_alive_is_left_alone(delivery: Delivery) -> None:
    waiting = delivery.file()
    assert sweep_archive() == 0
    assert (Path(settings.ARCHIVE_ROOT) / waiting.staged / "original.dcm").exists()


def test_killed_between_rename_and_commit(delivery: Delivery) -> None:
    delivery.arrives(delivery.slice(1))
    recorded = placed()
    lost = delivery.slice(2)
    delivery.staging.place({lost.staged: f"{delivery.institution.uuid}/ab/{'0' * 32}"})
    assert len(placed()) == 2

    killed(delivery.staging)
    assert sweep_archive() == 1
    assert placed() == recorded == [Instance.objects.get().key]
    assert not list((Path(settings.ARCHIVE_ROOT) / "staging").iterdir())


def test_killed_between_commit_and_settling(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery.staging, "settle", lambda: None)
    delivery.arrives(delivery.slice(1), delivery.broken())
    killed(delivery.staging)
    assert sweep_archive() == 1
    assert placed() == [Instance.objects.get().key]
    assert len([*(Path(settings.ARCHIVE_ROOT) / "quarantine").iterdir()]) == 1


def test_an_error_while_storing_leaves_nothing_after_the_next_sweep(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = delivery.staging.place

    def fails(staged: dict[str, str]) -> None:
        place(staged)
        raise OSError("the disk is full")

    monkeypatch.setattr(delivery.staging, "place", fails)
    with pytest.raises(OSError, match="full"):
        delivery.arrives(delivery.slice(1))
    assert not Instance.objects.exists()
    killed(delivery.staging)
    sweep_archive()
    assert placed() == []
