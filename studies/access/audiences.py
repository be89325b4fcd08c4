"""Why somebody may see a study: each audience is one small function from base rows to the rows it opens.

A base queryset holds candidates: a physician's own listing rows, the studies of a patient's request. The list passes
all of them, one study passes those of that study; the rule is the same function either way (FACTS.md, "The access rule
at 10 million studies"). What comes out has the columns of `COLUMNS`, so that audiences unite. To add an audience: write
its function and name it in `branches`. An audience that reaches people nobody named excludes `restricted` rows.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, CharField, F, OuterRef, Q, QuerySet, Subquery, Value

from studies.access_codes.queries import live_codes
from studies.models import AccessCode, Audience, Listing, PolicyCell, Study

from .viewers import AccountViewer, PatientViewer, Viewer

COLUMNS = ("seen_study", "audience", "code_images", "code_report", "images", "images_after", "report", "report_after")

# Rows of different models with annotated columns: the type checker has no name for them.
Rows = QuerySet[Any]


def patient(studies: QuerySet[Study], code: AccessCode) -> Rows:
    """The studies of the request that an access code belongs to; a code may open less than the policy."""
    rows = studies.annotate(seen_study=F("pk"), seen_at=F("performed_at"))
    return _under_policy(rows, Audience.PATIENT, code_images=code.images, code_report=code.report)


def requester(listings: QuerySet[Listing], *, by_sms: bool = False) -> Rows:
    """The studies of requests where this physician is the requester."""
    rows = listings.filter(requester=True).annotate(seen_study=F("study_id"), seen_at=F("at"))
    return _under_policy(rows, Audience.REQUESTER, by_sms=by_sms)


def branches(viewer: Viewer | None, at: datetime, only: Collection[int] | QuerySet[Study] | None = None) -> list[Rows]:
    """One queryset per audience that may apply to this viewer; `only` narrows each to these studies (or their keys)."""
    match viewer:
        case PatientViewer(code=code):
            studies = Study.objects.filter(request__in=live_codes(at).filter(pk=code.pk).values("request"))
            return [patient(studies if only is None else studies.filter(Q(pk__in=only)), code)]
        case AccountViewer(physician_id=int(physician), by_sms=by_sms):
            listings = Listing.objects.filter(physician=physician)
            return [requester(listings if only is None else listings.filter(study__in=only), by_sms=by_sms)]
    return []


def _under_policy(
    rows: Rows, audience: Audience, *, code_images: bool = True, code_report: bool = True, by_sms: bool = False
) -> Rows:
    """Those rows that the institution's policy lists for an audience, with the policy beside each.

    Scalar subqueries and not EXISTS, which PostgreSQL turns into a join over every row of the branch. A missing cell
    and an institution that has left both mean no; so does one that refuses logins by SMS, for whoever came by one.
    """
    cell = PolicyCell.objects.filter(
        institution=OuterRef("institution_id"),
        audience=audience,
        modality=OuterRef("modality"),
        institution__is_active=True,
    )
    if by_sms:
        cell = cell.filter(institution__refuses_sms_login=False)
    allowed: Rows = rows.annotate(
        audience=Value(audience.value, output_field=CharField()),
        code_images=Value(code_images, output_field=BooleanField()),
        code_report=Value(code_report, output_field=BooleanField()),
        listed=Subquery(cell.values("in_list")[:1]),
        images=Subquery(cell.values("images")[:1]),
        images_after=Subquery(cell.values("images_after")[:1]),
        report=Subquery(cell.values("report")[:1]),
        report_after=Subquery(cell.values("report_after")[:1]),
    ).filter(listed=True)
    return allowed
