"""`manage.py demo`: seed the demo and print who can log in and how."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, call_command
from django.utils import timezone
from rich.console import Console

from portal.demo.cast import document
from portal.demo.phantoms.series import Detail
from portal.demo.seeding import seed
from portal.demo.tables import show

SMALL = Detail(scale=0.125, most_pictures=4)


class Command(BaseCommand):
    help = "Seeds a demo of invented patients, and prints codes, passwords and one-time secrets that work."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the cast as one JSON document and nothing else")
        parser.add_argument("--small", action="store_true", help="few and small pictures, for tests")

    def handle(self, *_args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        progress = Console(file=sys.stderr)
        with progress.status("Looking at what is there") as status:
            cast = seed(timezone.now(), SMALL if options["small"] else Detail(), status.update)
        if options["json"]:
            self.stdout.write(document(cast))
        else:
            show(cast, Console(), timezone.now())
