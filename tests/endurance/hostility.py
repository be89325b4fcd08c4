"""The story of a hostile delivery, for a small share in the suite and for the long run."""

from collections.abc import Sequence
from pathlib import Path

from studies.archive.kinds import QuarantineReason
from tests.endurance import hostile
from tests.endurance.world import Worlds

WORKER_BYTES = 1 << 30


def survive(folder: Path, pieces: int, mutations: int, bases: Sequence[str] = hostile.BASES) -> None:
    """Every file is accounted for; none crashes or hangs a worker, or takes more memory than it may."""
    delivery = folder / "CD"
    delivery.mkdir()
    made = hostile.write(delivery, bases, pieces, mutations)
    with Worlds(folder) as worlds:
        world = worlds.new()
        document, state = world.imported(str(delivery))

    ended = document["stored"] + document["duplicate"] + len(document["quarantined"]) + len(document["skipped"])
    assert document["met"] == ended >= made
    crashed = str(QuarantineReason.CRASHED.label)
    assert [entry for entry in document["quarantined"] if entry["reason"].startswith(crashed)] == []
    assert state["orphans"] == []
    assert world.peak_of_workers < WORKER_BYTES
    apart = {entry["file"] for entry in document["quarantined"]}
    for name in ("nested-10000-deep", "65535-by-65535", "3-gb-in-1-kb", "deflate-bomb", "bomb.zip"):
        assert f"CD/{name}" in apart, name
    assert not [*Path("/tmp").glob("escaped"), *folder.rglob("escaped")]
