"""Writing several studies, on several cores."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .files import StudyHeader, write_document, write_study
from .series import Detail, PhantomSeries


@dataclass(frozen=True)
class Job:
    """One study to be written below `folder`, which exists; a `dose_sheet` of no lines is left out."""

    header: StudyHeader
    phantom: Callable[[Detail, int], Iterator[PhantomSeries]]
    detail: Detail
    seed: int
    folder: Path
    dose_sheet: tuple[str, ...] = ()


def write(job: Job) -> Job:
    """Write a job's files."""
    write_study(job.header, job.phantom(job.detail, job.seed), job.folder)
    if job.dose_sheet:
        write_document(job.header, "Dose sheet", job.dose_sheet, job.folder)
    return job


def written(jobs: Sequence[Job], processes: int) -> Iterator[Job]:
    """The jobs in their order, each as soon as its files are there; with one process, in this one."""
    if processes <= 1 or len(jobs) <= 1:
        yield from map(write, jobs)
        return
    # Spawned, not forked: a child must not inherit this process's database connections.
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(write, jobs)
