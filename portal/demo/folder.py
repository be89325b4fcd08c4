"""`manage.py demo --dicom FOLDER`: somebody's own files in the demo, with a code for each request that can have one."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from accounts.audit.actor import SYSTEM
from accounts.models import Physician
from studies.ingest.importing import Import
from studies.ingest.results import Result
from studies.ingest.summary import Summary
from studies.models import Institution, ParticipantRole, Request
from studies.participants.services import name_participant

from .cast import Entry
from .people import DUBOIS, HOSPITALS
from .seeding import entry_of


def bring_folder(
    folder: Path, clock: Callable[[], datetime], met: Callable[[Result], None]
) -> tuple[Summary, list[Entry]]:
    """Import `folder` into the first institution, make the demo's general practitioner the requester of what came.

    Returns what became of each file, and an entry for each request that files came for, new or not, in their order.
    """
    institution = Institution.objects.get(slug=HOSPITALS[0].slug)
    summary = Import(institution, os.cpu_count() or 1).run([folder], clock, met)
    practitioner = Physician.objects.get(user__username=DUBOIS.person.username)
    requests = (
        Request.objects.filter(studies__uuid__in=summary.studies)
        .select_related("institution", "patient")
        .distinct()
        .order_by("pk")
    )
    entries = []
    for request in requests:
        name_participant(request, ParticipantRole.REQUESTER, practitioner, SYSTEM, clock())
        entries.append(entry_of(request, request.flag, clock(), has_something_to_see=True))
    return summary, entries
