"""`make endurance`: an import of the corpus survives kill -9 at 100 random instants."""

from pathlib import Path

import pytest

from tests.endurance.kills import survive_kills


@pytest.mark.needs("corpus")
def test_an_import_of_the_corpus_killed_at_a_hundred_instants(corpus_folder: Path, tmp_path: Path) -> None:
    survive_kills(corpus_folder, tmp_path, 100)
