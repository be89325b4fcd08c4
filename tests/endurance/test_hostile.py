"""`make endurance`: hostile files by the thousand, through a whole import."""

from pathlib import Path

from tests.endurance.hostility import survive


def test_hostile_files(tmp_path: Path) -> None:
    survive(tmp_path, pieces=50, mutations=200)
