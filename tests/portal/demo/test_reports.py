"""The demo's reports read as sections on a page."""

from pathlib import Path

import pytest

from portal.demo.examinations import TEXTS
from portal.demo.seeding import EXAMINATIONS
from portal.templatetags.reports import sections

FILES = sorted(TEXTS.iterdir())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_report_has_a_title_and_headings_with_text_below_each(file: Path) -> None:
    title, *parts = sections(file.read_text())

    assert title.heading.isupper()
    assert len(parts) >= 4
    assert all(part.heading and part.paragraphs for part in parts)


def test_every_text_is_somebodys_report() -> None:
    used = {f"{version.text}.txt" for request in EXAMINATIONS for version in request.versions if version.text}
    assert used == {file.name for file in FILES}
