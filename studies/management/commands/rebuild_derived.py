"""`manage.py rebuild_derived`: make the pictures and metadata of the archive anew, all of them or what is missing."""

import os
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import QuerySet
from rich.console import Console
from rich.progress import Progress

from studies.archive import files
from studies.archive.examined import Pictures
from studies.archive.rebuilding import take_over
from studies.archive.staging import Staging
from studies.archive.tasks import Derive
from studies.archive.worker import Pool
from studies.models import Instance


class Command(BaseCommand):
    help = "Make the derived files of the archive (frames, previews, thumbnails, metadata) that are missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="make all of them anew, missing or not")
        parser.add_argument("--institution", metavar="SLUG", help="of this institution only")

    def handle(self, *_args: Any, **options: Any) -> None:
        instances = Instance.objects.order_by("pk")
        if options["institution"]:
            instances = instances.filter(institution__slug=options["institution"])
        made, failed = rebuild(instances, everything=options["all"], console=Console(stderr=True))
        self.stdout.write(f"{made} rebuilt, {failed} could not be")


def rebuild(instances: QuerySet[Instance], *, everything: bool, console: Console) -> tuple[int, int]:
    """Rebuild on all cores; returns (how many were made, how many could not be)."""
    made = failed = 0
    root = Path(settings.ARCHIVE_ROOT)
    with Staging(root) as staging, Pool(root, os.cpu_count() or 1) as pool, Progress(console=console) as progress:
        bar = progress.add_task("Rebuilding", total=instances.count())
        under_way: list[tuple[Instance, str]] = []

        def due() -> Iterator[Derive]:
            for instance in instances.iterator(chunk_size=500):
                if not everything and files.is_complete(instance):
                    progress.advance(bar)
                    continue
                under_way.append((instance, staging.new()))
                yield Derive(instance.key, under_way[-1][1])

        for answer in pool.answers(due()):
            instance, staged = under_way.pop(0)
            take_over(instance, staged, answer)
            staging.discard(staged)
            progress.advance(bar)
            if isinstance(answer, Pictures):
                made += 1
            else:
                failed += 1
    return made, failed
