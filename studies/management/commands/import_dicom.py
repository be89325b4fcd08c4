"""`manage.py import_dicom PATH… --institution SLUG [--json]`: folders, ZIPs and DICOMDIR media into the archive."""

import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from studies.ingest.importing import ArchiveFull, Import
from studies.ingest.results import Result
from studies.ingest.summary import Summary
from studies.ingest.walk import count
from studies.models import Institution


class Command(BaseCommand):
    help = (
        "Imports DICOM files. Every file ends as stored, duplicate, quarantined or skipped; a run that was interrupted "
        "is finished by running it again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="a folder, a file, a ZIP or a DICOMDIR")
        parser.add_argument("--institution", required=True, metavar="SLUG", help="whose examinations they are")
        parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
        parser.add_argument(
            "--derive", choices=["now", "later"], default="now", help="make the pictures now, or on first use"
        )
        parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="worker processes")

    def handle(self, *_args: Any, **options: Any) -> None:
        institution = Institution.objects.filter(slug=options["institution"]).first()
        if institution is None:
            raise CommandError(f"There is no institution with the short name {options['institution']!r}.", returncode=2)
        if missing := [str(path) for path in options["paths"] if not path.exists()]:
            raise CommandError(f"Not found: {', '.join(missing)}", returncode=2)
        run = Import(institution, max(1, options["workers"]), derived=options["derive"] == "now")
        try:
            summary = _watched(run, options["paths"])
        except ArchiveFull:
            raise CommandError("The archive's disk is full. Make room, then run this again to finish it.") from None
        except KeyboardInterrupt:
            raise CommandError("Interrupted. Run this again to finish it.", returncode=130) from None
        self.stdout.write(json.dumps(summary.as_json()) if options["json"] else _in_words(summary))


def _watched(run: Import, paths: list[Path]) -> Summary:
    """Run with a progress bar on standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        files = progress.add_task("Importing", total=count(paths))

        def advance(_result: Result) -> None:
            task = progress.tasks[files]
            # The members of a ZIP were not counted beforehand.
            progress.update(files, advance=1, total=max(task.total or 0, task.completed + 1))

        return run.run(paths, timezone.now, advance)


def _in_words(summary: Summary) -> str:
    apart = [("quarantined", summary.quarantined), ("skipped", summary.skipped)]
    lines = [f"{fate}: {result.name}: {result.reason}" for fate, results in apart for result in results]
    lines.append(
        f"{summary.met} met: {summary.stored} stored, {summary.duplicate} duplicate, "
        f"{len(summary.quarantined)} quarantined, {len(summary.skipped)} skipped; {len(summary.studies)} studies"
    )
    return "\n".join(lines)
