"""What a patient would see at some moment, whether or not a code is out: for those who give codes and decide."""

from collections.abc import Sequence
from datetime import datetime

from studies.models import AccessCode, Request, Study

from .answers import Opening
from .audiences import COLUMNS, patient
from .queries import Seen, described, granted


def foreseen(request: Request, at: datetime, *, images: bool = True, report: bool = True) -> Sequence[Seen]:
    """The studies of a request and what a code that opens these would show of them at `at`, oldest first.

    The same rule as for somebody who is in; only nobody has to be. Three queries.
    """
    code = AccessCode(request=request, images=images, report=report)
    rows = patient(Study.objects.filter(request=request), code).values(*COLUMNS)
    openings = {row["seen_study"]: [Opening.of(row)] for row in rows}
    studies = list(described().filter(pk__in=openings).order_by("performed_at", "pk"))
    grants = granted(openings, studies, at)
    return [Seen(study, grants[study.pk]) for study in studies]
