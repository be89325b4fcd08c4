"""What studies do when an app below announces a change. Found by its name, once models are there (studies.apps)."""

from collections.abc import Collection
from typing import Any

from django.dispatch import receiver

from accounts.service_desk.signals import physician_changed
from studies.ingest.physicians import Number
from studies.participants.matching import match_again


@receiver(physician_changed)
def on_physician_changed(sender: object, numbers: Collection[Number], **_: Any) -> None:  # noqa: ARG001 - a signal's
    """Requests follow the numbers of physicians."""
    match_again(numbers)
