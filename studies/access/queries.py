"""What a viewer may see: one study, or the list. Both ask the same branches (`audiences`)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, overload
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import Http404

from studies.models import Release, ReleaseKind, Report, ReportStatus, ReportVersion, Study

from . import united
from .answers import Decided, Opening, ReportFacts, grant_of
from .audiences import COLUMNS, branches
from .grants import Grant
from .viewers import Viewer


class NotVisible(Http404):
    """What may not be seen, and what is not there: the same 404, whichever it is."""


class Seen(NamedTuple):
    """A study and what its viewer may see of it. The study comes with its request, patient and institution."""

    study: Study
    grant: Grant


@dataclass(frozen=True)
class Page(Sequence[Seen]):
    """A page of the list, newest first. `older` is the `after` of the next page; None on the last one."""

    rows: tuple[Seen, ...]
    older: UUID | None = None

    @overload
    def __getitem__(self, index: int) -> Seen: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Seen, ...]: ...
    def __getitem__(self, index: int | slice) -> Seen | tuple[Seen, ...]:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Seen]:
        return iter(self.rows)


def visible_studies(viewer: Viewer | None, at: datetime) -> QuerySet[Study]:
    """Every study whose existence this viewer may know of at `at`. For ids and narrow filters: it has no order."""
    seen = Q(pk__in=[])
    for branch in branches(viewer, at):
        seen |= Q(pk__in=branch.values("seen_study"))
    return Study.objects.filter(seen)


def grant_for(viewer: Viewer | None, study: Study, at: datetime) -> Grant | None:
    """What this viewer may see of one study; None when not even that it exists."""
    return grants_for(viewer, [study], at).get(study.pk)


def find(viewer: Viewer | None, uuid: UUID, at: datetime) -> Seen:
    """The study with this address and the viewer's grant. Raises NotVisible."""
    openings = openings_of(viewer, at, Study.objects.filter(uuid=uuid))
    if not openings:
        raise NotVisible
    study = described().get(pk__in=openings)
    return Seen(study, granted(openings, [study], at)[study.pk])


def page_of(viewer: Viewer | None, at: datetime, after: UUID | None = None, size: int = 50) -> Page:
    """The viewer's studies, newest first, `size` of them after the study `after`.

    Raises NotVisible when `after` is no study of the viewer's. A constant number of queries.
    """
    position = None
    if after is not None:
        position = visible_studies(viewer, at).filter(uuid=after).values_list("performed_at", "pk").first()
        if position is None:
            raise NotVisible
    ids = united.newest(branches(viewer, at), position, size + 1)
    shown = ids[:size]
    found = described().in_bulk(shown)
    studies = [found[pk] for pk in shown if pk in found]
    grants = grants_for(viewer, studies, at)
    rows = tuple(Seen(study, grants[study.pk]) for study in studies if study.pk in grants)
    return Page(rows, studies[-1].uuid if len(ids) > size and studies else None)


def described() -> QuerySet[Study]:
    """Studies with what every page says of them."""
    return Study.objects.select_related("institution", "request__patient")


def openings_of(
    viewer: Viewer | None, at: datetime, studies: Collection[int] | QuerySet[Study]
) -> dict[int, list[Opening]]:
    """What each audience opens of these studies: one query, whatever the number of audiences."""
    openings: dict[int, list[Opening]] = defaultdict(list)
    for row in opening_rows(viewer, at, studies):
        openings[row["seen_study"]].append(Opening.of(row))
    return dict(openings)


def opening_rows(
    viewer: Viewer | None, at: datetime, studies: Collection[int] | QuerySet[Study], **beside: Subquery
) -> list[dict[str, Any]]:
    """The rows of every audience that opens something of these studies, and `beside` them what else is asked."""
    asked = [branch.annotate(**beside).order_by().values(*COLUMNS, *beside) for branch in branches(viewer, at, studies)]
    return list(asked[0].union(*asked[1:], all=True) if asked[1:] else asked[0]) if asked else []


def reports_of(studies: Collection[int], at: datetime) -> dict[int, list[ReportFacts]]:
    """The reports about each of these studies: those of its request that name it, or name none. One query."""
    naming = Report.studies.through.objects.filter(report=OuterRef("pk"))
    newest = ReportVersion.objects.filter(report=OuterRef("pk")).order_by("-number")
    decided = Release.objects.filter(request=OuterRef("request"), decided_at__lte=at).order_by("-decided_at", "-pk")
    rows = (
        Report.objects.annotate(about=F("request__studies"))
        .filter(about__in=studies)
        .filter(Q(Exists(naming.filter(study=OuterRef("about")))) | ~Exists(naming))
        .annotate(
            newest_at=Subquery(newest.values("received_at")[:1]),
            kind=Subquery(decided.values("kind")[:1]),
            decided_at=Subquery(decided.values("decided_at")[:1]),
            until=Subquery(decided.values("until")[:1]),
        )
        .filter(newest_at__isnull=False)
        .values_list("about", "pk", "status", "first_final_at", "newest_at", "kind", "decided_at", "until")
        .order_by("pk")
    )
    reports: dict[int, list[ReportFacts]] = defaultdict(list)
    for about, pk, status, first_final_at, newest_at, kind, decided_at, until in rows:
        decision = Decided(ReleaseKind(kind), decided_at, until) if kind else None
        reports[about].append(ReportFacts(pk, ReportStatus(status), first_final_at, newest_at, decision))
    return dict(reports)


def with_documents(seen: Iterable[Seen]) -> set[int]:
    """The keys of those studies whose documents the viewer may open too."""
    return {study.pk for study, grant in seen if grant.documents.allowed}


def grants_for(viewer: Viewer | None, studies: Collection[Study], at: datetime) -> dict[int, Grant]:
    """The grants of those of these studies that the viewer may know of, by primary key. Two queries."""
    return granted(openings_of(viewer, at, [study.pk for study in studies]), studies, at)


def granted(openings: dict[int, list[Opening]], studies: Collection[Study], at: datetime) -> dict[int, Grant]:
    """The grants that openings give. One query, for the reports."""
    reports = reports_of(openings, at) if openings else {}
    return {
        study.pk: grant_of(openings[study.pk], study.arrived_at, reports.get(study.pk, ()), at)
        for study in studies
        if study.pk in openings
    }
