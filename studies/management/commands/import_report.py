"""`manage.py import_report ACCESSION --institution SLUG --status STATUS FILE`: a plain-text report of a request."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from studies.management.naming import add_request_arguments, request_of
from studies.models import ReportStatus
from studies.reports.services import ReportRefused, receive
from studies.reports.texts import LONGEST, UnreadableText, decoded


class Command(BaseCommand):
    help = "Adds a version to the report of a request from a plain-text file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_request_arguments(parser)
        parser.add_argument("--status", required=True, choices=ReportStatus.values)
        parser.add_argument("--author", default="", help="who signed it, as it is to be read")
        parser.add_argument(
            "--encoding", help="of the file; without it UTF-8 or UTF-16 with its mark, else Windows-1252"
        )
        parser.add_argument("file", metavar="FILE", help="- reads standard input")

    def handle(self, *_args: Any, **options: Any) -> None:
        request = request_of(options)
        try:
            text = decoded(_content(options["file"]), options["encoding"])
            status = ReportStatus(options["status"])
            version = receive(request, status, text, options["author"], SYSTEM, timezone.now())
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from None
        except (UnreadableText, ReportRefused) as refused:
            raise CommandError(f"{options['file']}: {refused}") from None
        self.stdout.write(f"Version {version.number} ({version.status}) of the report of request {request}")


def _content(name: str) -> bytes:
    """The bytes of the file, one more than a report may have at most."""
    if name == "-":
        return sys.stdin.buffer.read(LONGEST + 1)
    with Path(name).open("rb") as file:
        return file.read(LONGEST + 1)
