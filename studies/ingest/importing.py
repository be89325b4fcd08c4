"""One delivery from the command line, from paths to a summary."""

import shutil
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.conf import settings

from studies.archive import files
from studies.archive.examined import Outcome, Refused, Skipped, Source
from studies.archive.staging import Staging
from studies.archive.tasks import Examine
from studies.archive.worker import Pool
from studies.ingest.ahead import ahead
from studies.ingest.examining import outcome
from studies.ingest.results import Result
from studies.ingest.services import announce, store
from studies.ingest.summary import Summary
from studies.ingest.sweeping import sweep_archive
from studies.ingest.walk import walk
from studies.ingest.zips import Met
from studies.models import Institution, Study

# Enough to share one commit, few enough that a kill costs seconds of work.
BATCH = 64
# A delivery is sorted by path: a study of which that many batches brought nothing has most likely ended.
QUIET_BATCHES = 16
# Bytes; more than the files of one batch that are being written when it is looked at.
SPACE_LEFT = 256 << 20
_SPOOL = "members"


class ArchiveFull(Exception):
    """The disk of the archive is nearly full: nothing more was stored."""


@dataclass
class Unannounced:
    """The studies that files came of, each with the number of batches that brought nothing more of it."""

    silences: dict[UUID, int] = field(default_factory=dict)

    def quiet_after(self, batch: Iterable[Result]) -> list[UUID]:
        """Take a batch in; returns those that have been quiet for QUIET_BATCHES, and forgets them."""
        self.silences = {study: silence + 1 for study, silence in self.silences.items()}
        self.silences |= {result.study: 0 for result in batch if result.study is not None}
        quiet = [study for study, silence in self.silences.items() if silence >= QUIET_BATCHES]
        for study in quiet:
            del self.silences[study]
        return quiet

    def rest(self) -> list[UUID]:
        return list(self.silences)


@dataclass(frozen=True)
class Import:
    """How to import: into which institution, with how many workers, making pictures now or on first use."""

    institution: Institution
    workers: int
    derived: bool = True

    def run(self, paths: Sequence[Path], clock: Callable[[], datetime], met: Callable[[Result], None]) -> Summary:
        """Import what lies at `paths`, which exist; `met` hears how each file ended, once that is committed.

        A run that is killed is finished by running it again: what it stored is a duplicate then, what it left behind is
        swept first. Nobody sees half a study: its images are awaited until no more of it have come for a while, or the
        run is over. Raises `ArchiveFull` before it takes files that could not be written for files that cannot be read.
        """
        root = Path(settings.ARCHIVE_ROOT)
        root.mkdir(parents=True, exist_ok=True)
        sweep_archive()
        summary, unannounced = Summary(), Unannounced()
        with Staging(root) as staging, Pool(root, self.workers) as pool:
            spool = root / staging.name / _SPOOL
            spool.mkdir()
            outcomes = ahead(self._examined(walk(paths, spool), pool, staging, spool), most=BATCH)
            while batch := list(islice(outcomes, BATCH)):
                _require_space(root)
                results = store(self.institution, batch, clock(), staging=staging, whole=False)
                for result in results:
                    summary.add(result)
                    met(result)
                announce(self.institution, unannounced.quiet_after(results), clock())
        announce(self.institution, unannounced.rest(), clock())
        if self.derived:
            _describe(summary.studies)
        return summary

    def _examined(
        self, found: Iterable[Met], pool: Pool, staging: Staging, spool: Path
    ) -> Generator[Outcome, None, None]:
        """What became of each file found, in their order, whatever worker ends first; those in `spool` are deleted."""
        waiting: deque[Met] = deque()

        def tasks() -> Generator[Examine, None, None]:
            for each in found:
                waiting.append(each)
                if isinstance(each, Source):
                    yield Examine(each, staging.new(), self.derived)

        for answer in pool.answers(tasks()):
            yield from _passed_by(waiting)
            source = waiting.popleft()
            if isinstance(source, Source) and Path(source.path).parent == spool:
                Path(source.path).unlink()
            yield outcome(answer)
        yield from _passed_by(waiting)


def _require_space(root: Path) -> None:
    if shutil.disk_usage(root).free < SPACE_LEFT:
        raise ArchiveFull


def _describe(studies: Iterable[UUID]) -> None:
    """Gather the metadata of studies and their series, where they are not yet gathered as they are now."""
    for uuid in studies:
        study = Study.objects.select_related("institution").get(uuid=uuid)
        files.study_metadata(study)
        for series in study.series.select_related("institution"):
            files.series_metadata(series)


def _passed_by(waiting: deque[Met]) -> Generator[Skipped | Refused, None, None]:
    """Those before the next source that there was nothing to examine of."""
    while waiting and not isinstance(waiting[0], Source):
        each = waiting.popleft()
        if not isinstance(each, Source):
            yield each
