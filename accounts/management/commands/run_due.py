"""`manage.py run_due`: the recurring work, from a timer or cron, every few minutes."""

from typing import Any

from django.utils import timezone

from accounts.due.command import WorkCommand
from accounts.due.services import run_due


class Command(WorkCommand):
    help = "Do the recurring work that is due. Does no harm when run twice or at the same time."

    def handle(self, *_: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        self.report(run_due(timezone.now()))
