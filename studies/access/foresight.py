"""What a patient would see at some moment, whether or not a code is out: for those who give codes and decide."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from studies.models import AccessCode, Audience, PolicyCell, ReportStatus, Request, Study

from .answers import Opening, ReportFacts, grant_of
from .audiences import COLUMNS, patient
from .grants import Grant
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


def foreseen_under(cells: Iterable[PolicyCell], request: Request, at: datetime) -> Sequence[Seen]:
    """The same under a policy that nobody has saved: `cells` are all that patients would have. Two queries."""
    listed = {cell.modality: cell for cell in cells if cell.in_list and request.institution.is_active}
    studies = list(described().filter(request=request, modality__in=listed).order_by("performed_at", "pk"))
    openings = {study.pk: [_opening(listed[study.modality])] for study in studies}
    grants = granted(openings, studies, at)
    return [Seen(study, grants[study.pk]) for study in studies]


def grant_under(cell: PolicyCell, arrived_at: datetime, status: ReportStatus, at: datetime) -> Grant | None:
    """What a cell, saved or not, would show at `at` of images and a report of this status that arrived then.

    None where its audience would not even learn of the study.
    """
    if not cell.in_list:
        return None
    first_final_at = None if status is ReportStatus.PRELIMINARY else arrived_at
    return grant_of([_opening(cell)], arrived_at, [ReportFacts(0, status, first_final_at, arrived_at)], at)


def _opening(cell: PolicyCell) -> Opening:
    return Opening(
        audience=Audience(cell.audience),
        code_images=True,
        code_report=True,
        images=cell.images,
        images_after=cell.images_after,
        report=cell.report,
        report_after=cell.report_after,
    )
