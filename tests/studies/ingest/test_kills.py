"""A small share of `tests/endurance/test_kills.py`."""

import shutil
from pathlib import Path

from pydicom.data import get_testdata_file

from tests.endurance.kills import survive_kills

SMALL = (
    "CT_small.dcm",
    "MR_small.dcm",
    "MR_small_RLE.dcm",
    "SC_rgb_rle_2frame.dcm",
    "reportsi.dcm",
    "MR_truncated.dcm",
)


def test_an_import_survives_kills(tmp_path: Path) -> None:
    delivery = tmp_path / "CD"
    delivery.mkdir()
    for name in SMALL:
        shutil.copy(str(get_testdata_file(name, download=False)), delivery / name)
    survive_kills(delivery, tmp_path, 3)
