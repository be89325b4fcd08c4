"""`make endurance`: an import of the corpus survives kill -9 at 100 random instants."""

from pathlib import Path

import pytest

from tests.endurance.kills import survive_kills
from tests.endurance.world import Worlds


@pytest.mark.needs("corpus")
def test_an_import_of_the_corpus_killed_at_a_hundred_instants(corpus_folder: Path, tmp_path: Path) -> None:
    survive_kills(corpus_folder, tmp_path, 100)


@pytest.mark.needs("corpus")
def test_three_imports_of_the_corpus_at_once(corpus_folder: Path, tmp_path: Path) -> None:
    with Worlds(tmp_path) as worlds:
        _, expected = worlds.new().imported(str(corpus_folder))
        world = worlds.new()
        at_once = [world.importing(str(corpus_folder)) for _ in range(3)]
        assert [process.wait() for process in at_once] == [0, 0, 0]
        assert world.state() == expected
