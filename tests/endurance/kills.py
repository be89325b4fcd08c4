"""Killing an import at random instants: the story, for a small share in the suite and for the long run."""

import os
import random
import time
from pathlib import Path

from tests.endurance.world import World, Worlds

SEED = int(os.environ.get("SEED", "20261118"))


def survive_kills(delivery: Path, folder: Path, kills: int, *arguments: str) -> None:
    """Import `delivery` undisturbed, then once more for each kill, in a world of its own: both must end alike.

    At the instant of a kill, what is recorded must be whole, and no study may be there by half.
    """
    print(f"SEED={SEED} for {kills} kills")
    chance = random.Random(SEED)
    with Worlds(folder) as worlds:
        document, expected = worlds.new().imported(str(delivery), *arguments)
        beginning, end = _span(worlds.new(), delivery, *arguments)
        assert expected["orphans"] == []
        whole = {study[0]["study_instance_uid"]: study[0]["instance_count"] for study in expected["studies"]}
        killed = 0
        while killed < kills:
            world = worlds.new()
            instant = chance.uniform(beginning, end)
            if not world.import_killed_after(instant, str(delivery), *arguments):
                worlds.end(world)  # it was done already: the machine is quicker now
                end = beginning + (end - beginning) * 0.9
                continue
            killed += 1
            if world.archive.exists():
                for study, arrived, *_ in world.state()["studies"]:
                    assert not arrived or study["instance_count"] == whole[study["study_instance_uid"]]
            again, state = world.imported(str(delivery), *arguments)
            assert (again["met"], again["skipped"]) == (document["met"], document["skipped"])
            assert again["stored"] + again["duplicate"] == document["stored"] + document["duplicate"]
            assert state == expected, f"killed after {instant:.3f} s"
            worlds.end(world)


def _span(world: World, delivery: Path, *arguments: str) -> tuple[float, float]:
    """Seconds from the start of the process until it first touches the archive, and until its end."""
    began = time.monotonic()
    beginning = 0.0
    with world.importing(str(delivery), *arguments) as process:
        while process.poll() is None:
            if not beginning and world.archive.exists():
                beginning = time.monotonic() - began
            time.sleep(0.01)
    return beginning, time.monotonic() - began
