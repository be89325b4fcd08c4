"""`manage.py retain`: delete what may not be kept any longer, once a day."""

from typing import Any

from django.utils import timezone

from accounts.due.command import WorkCommand
from accounts.due.services import retain


class Command(WorkCommand):
    help = "Delete what may not be kept any longer (decision 17)."

    def handle(self, *_: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        self.report(retain(timezone.now()))
