"""`manage.py verify_audit`: is the audit log as it was written?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.audit.verification import verify


class Command(BaseCommand):
    help = "Check the audit log against its seals. Ends with 1 if anything was changed, removed, inserted or reordered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--expect",
            metavar="DIGEST",
            action="append",
            default=[],
            help="a seal's digest from the log that must be there",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        result = verify(timezone.now(), options["expect"])
        for finding in result.findings:
            self.stderr.write(finding)
        self.stdout.write(f"{result.rows} rows and {result.seals} seals were checked.")
        if result.tail:
            self.stdout.write(
                f"{result.tail} rows are not sealed yet, the oldest since {result.tail_since:%Y-%m-%d %H:%M:%S} UTC."
            )
        if not result.is_intact:
            raise CommandError("The audit log is not as it was written.")
        self.stdout.write("The audit log is as it was written.")
