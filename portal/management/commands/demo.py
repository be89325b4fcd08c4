"""`manage.py demo`: seed the demo and print who can log in and how."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, call_command
from django.utils import timezone
from rich.console import Console
from rich.text import Text

from portal.demo.cast import document
from portal.demo.folder import bring_folder
from portal.demo.phantoms.series import Detail
from portal.demo.seeding import seed
from portal.demo.tables import entries_table, show
from studies.ingest.results import Fate, Result
from studies.ingest.summary import Summary

SMALL = Detail(scale=0.125, most_pictures=4)


class Command(BaseCommand):
    help = "Seeds a demo of invented patients, and prints codes, passwords and one-time secrets that work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the cast as one JSON document and nothing else")
        parser.add_argument("--small", action="store_true", help="few and small pictures, for tests")
        parser.add_argument(
            "--dicom", type=Path, metavar="FOLDER", help="also import these files, with Dr Dubois as the requester"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        folder: Path | None = options["dicom"]
        if folder is not None and not folder.exists():
            raise CommandError(f"Not found: {folder}", returncode=2)
        call_command("migrate", verbosity=0)
        progress = Console(stderr=True)
        with progress.status("Looking at what is there") as status:
            cast = seed(timezone.now(), SMALL if options["small"] else Detail(), status.update)
        # With --json standard output holds the document alone: what else there is to say goes to standard error.
        speech = Console(stderr=True) if options["json"] else Console()
        if options["json"]:
            self.stdout.write(document(cast))
        else:
            show(cast, speech, timezone.now())
        if folder is not None:
            _bring(folder, speech, progress)


def _bring(folder: Path, speech: Console, progress: Console) -> None:
    with progress.status(Text(f"Importing {folder}")) as status:

        def met(result: Result) -> None:
            status.update(Text(f"Importing {result.name}"))

        summary, entries = bring_folder(folder, timezone.now, met)
    speech.print(entries_table(f"From {folder}", entries))
    speech.print(Text(_in_words(summary)))


def _in_words(summary: Summary) -> str:
    apart = [(Fate.QUARANTINED, summary.quarantined), (Fate.SKIPPED, summary.skipped)]
    lines = [f"{fate}: {result.name}: {result.reason}" for fate, results in apart for result in results]
    lines.append(
        f"{summary.met} files met: {summary.stored} stored, {summary.duplicate} duplicate, "
        f"{len(summary.quarantined)} quarantined, {len(summary.skipped)} skipped"
    )
    return "\n".join(lines)
