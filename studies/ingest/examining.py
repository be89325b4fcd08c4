"""Examining in worker processes, as the ingest asks for it."""

from pathlib import Path

from studies.archive.examined import Examined, Outcome, Refused, Skipped, Source
from studies.archive.tasks import Answer, Examine
from studies.archive.worker import Pool


def outcome(answer: Answer) -> Outcome:
    """What a worker answers to `Examine`."""
    if not isinstance(answer, Examined | Skipped | Refused):
        raise TypeError(answer)
    return answer


def in_a_worker(source: Source, root: Path, staged: str) -> Outcome:
    """Examine one file into the new folder `staged` below `root`, in a worker process of its own."""
    with Pool(root, 1) as pool:
        return outcome(pool.answer(Examine(source, staged)))
