"""CT's usual windows."""

import pytest

from studies.archive.windows import BONE, BRAIN, LUNG, SOFT_TISSUE, Window, window, windows_of


@pytest.mark.parametrize(
    ("body_part", "description", "offered"),
    [
        ("HEAD", "", (BRAIN, BONE)),
        ("", "CT schedel zonder contrast", (BRAIN, BONE)),
        ("CHEST", "", (SOFT_TISSUE, LUNG, BONE)),
        ("", "Scanner thoracique", (SOFT_TISSUE, LUNG, BONE)),
        ("ABDOMEN", "", (SOFT_TISSUE, BONE)),
        ("CSPINE", "", (BONE, SOFT_TISSUE)),
        ("", "Knie links", (BONE, SOFT_TISSUE)),
        ("WHOLEBODY", "", (BRAIN, SOFT_TISSUE, LUNG, BONE)),
        ("", "", (BRAIN, SOFT_TISSUE, LUNG, BONE)),
    ],
)
def test_ct_offers_what_suits_the_body_part(body_part: str, description: str, offered: tuple[Window, ...]) -> None:
    assert windows_of("CT", body_part, description) == offered


def test_nothing_else_has_windows() -> None:
    assert windows_of("MR", "HEAD") == ()


def test_a_window_is_found_by_its_name() -> None:
    assert window("soft-tissue") is SOFT_TISSUE
    assert window("../../etc") is None
