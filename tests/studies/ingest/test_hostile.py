"""A small share of `tests/endurance/test_hostile.py`."""

from pathlib import Path

from tests.endurance.hostility import survive


def test_hostile_files(tmp_path: Path) -> None:
    survive(tmp_path, pieces=4, mutations=6, bases=("CT_small.dcm", "JPEG2000.dcm", "MR_small_RLE.dcm"))
