"""What `run_due` and `retain` have in common: do the pieces, print a line each, fail at the end if one failed."""

from collections.abc import Iterable

from django.core.management.base import BaseCommand, CommandError

from .services import Done


class WorkCommand(BaseCommand):
    def report(self, pieces: Iterable[Done]) -> None:
        failed = []
        for done in pieces:
            if done.count is None:
                failed.append(done.name)
            else:
                self.stdout.write(f"{done.name}: {done.count}")
        if failed:
            raise CommandError(f"Not done, see the log: {', '.join(failed)}.")
