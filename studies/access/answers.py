"""From what an audience is allowed and what has arrived to an answer: pure functions of values."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from studies.models import Audience, ReleaseKind, ReportStatus

from .grants import Answer, Grant, Withheld

# What is nearest to being seen comes first: it is what a page says when several reasons apply.
_NEAREST = (
    Withheld.DELAY,
    Withheld.HELD,
    Withheld.AWAITED,
    Withheld.PRELIMINARY,
    Withheld.CANCELLED,
    Withheld.POLICY,
    Withheld.CODE,
)
_FINAL = (ReportStatus.FINAL, ReportStatus.CORRECTED)


@dataclass(frozen=True)
class Opening:
    """What one audience opens of one study: the row of `audiences.COLUMNS`."""

    audience: Audience
    code_images: bool
    code_report: bool
    images: bool
    images_after: timedelta
    report: bool
    report_after: timedelta

    @classmethod
    def of(cls, row: dict[str, Any]) -> "Opening":
        columns = {field.name: row[field.name] for field in fields(cls)}
        return cls(**columns | {"audience": Audience(row["audience"])})

    @property
    def is_patients(self) -> bool:
        return self.audience is Audience.PATIENT

    @property
    def preliminary(self) -> bool:
        """Whether preliminary reports are shown, as such. Never to patients."""
        return not self.is_patients


@dataclass(frozen=True)
class Decided:
    """What the institution decided last about the request's report, for its patient (`studies.releases`)."""

    kind: ReleaseKind
    at: datetime
    until: datetime | None


@dataclass(frozen=True)
class ReportFacts:
    """A report as far as the rule asks: `newest_at` is when its newest version came."""

    id: int
    status: ReportStatus
    first_final_at: datetime | None
    newest_at: datetime
    decided: Decided | None = None

    @property
    def is_shown_now(self) -> bool:
        return self.decided is not None and self.decided.kind is ReleaseKind.NOW

    @property
    def is_held(self) -> bool:
        return self.decided is not None and self.decided.kind is ReleaseKind.HOLD


def images_answer(openings: Iterable[Opening], arrived_at: datetime | None, at: datetime) -> Answer:
    """The images of a study: what each audience allows is united, the earliest date wins."""
    return nearest(_images_under(opening, arrived_at, at) for opening in openings)


def documents_answer(openings: Iterable[Opening], arrived_at: datetime | None, at: datetime) -> Answer:
    """The documents (PDF) among the images of a study, likewise."""
    return nearest(_documents_under(opening, arrived_at, at) for opening in openings)


def report_answer(openings: Iterable[Opening], report: ReportFacts, at: datetime) -> Answer:
    """One report of a study, likewise."""
    return nearest(_report_under(opening, report, at) for opening in openings)


def grant_of(
    openings: list[Opening], arrived_at: datetime | None, reports: Iterable[ReportFacts], at: datetime
) -> Grant:
    """The grant for one study that at least one audience lists. Of several reports the one nearest to being read."""
    answered: list[tuple[Answer, ReportStatus | None]] = [
        (report_answer(openings, report, at), report.status) for report in reports
    ] or [(nearest(_no_report_under(opening) for opening in openings), None)]
    report, status = min(answered, key=lambda pair: _distance(pair[0]))
    return Grant(
        audience=min((opening.audience for opening in openings), key=list(Audience).index),
        images=images_answer(openings, arrived_at, at),
        documents=documents_answer(openings, arrived_at, at),
        report=report,
        report_status=status,
    )


def nearest(answers: Iterable[Answer]) -> Answer:
    """The answer that holds when each of several reasons to see something gave one."""
    return min(answers, key=_distance)


def _images_under(opening: Opening, arrived_at: datetime | None, at: datetime) -> Answer:
    if not opening.code_images:
        return Answer(False, withheld=Withheld.CODE)
    if not opening.images:
        return Answer(False, withheld=Withheld.POLICY)
    if arrived_at is None:
        return Answer(False, withheld=Withheld.AWAITED)
    return _from(arrived_at + opening.images_after, at)


def _documents_under(opening: Opening, arrived_at: datetime | None, at: datetime) -> Answer:
    """What a document says nobody here reads: it may be the report, so it opens when images and reports both do.

    The report's delay counts from the arrival of the images, with which it came.
    """
    images, report = _images_under(opening, arrived_at, at), _no_report_under(opening)
    if report.withheld is not Withheld.AWAITED:
        return report
    if arrived_at is None or images.withheld not in (None, Withheld.DELAY):
        return images
    return _from(arrived_at + max(opening.images_after, opening.report_after), at)


def _no_report_under(opening: Opening) -> Answer:
    if not opening.code_report:
        return Answer(False, withheld=Withheld.CODE)
    return Answer(False, withheld=Withheld.AWAITED if opening.report else Withheld.POLICY)


def _report_under(opening: Opening, report: ReportFacts, at: datetime) -> Answer:
    """A correction of a visible report shows at once: the delay counts from the first final version."""
    released = opening.is_patients and report.is_shown_now
    refused = _no_report_under(replace(opening, report=True) if released else opening)
    if refused.withheld is not Withheld.AWAITED:
        return refused
    if report.status is ReportStatus.CANCELLED:
        return Answer(False, withheld=Withheld.CANCELLED)
    if report.status in _FINAL and report.first_final_at is not None:
        return _final_under(opening, report, report.first_final_at, at)
    if opening.preliminary and not opening.report_after:
        return _from(report.newest_at, at)
    return Answer(False, withheld=Withheld.PRELIMINARY)


def _final_under(opening: Opening, report: ReportFacts, first_final_at: datetime, at: datetime) -> Answer:
    """A final version: as the policy says, or for its patient as the institution decided."""
    usual = first_final_at + opening.report_after
    decided = report.decided if opening.is_patients else None
    if decided is not None and report.is_shown_now:
        early = max(first_final_at, decided.at)
        return _from(min(early, usual) if opening.report else early, at)
    if decided is not None and report.is_held:
        return _held(usual, decided.until, at)
    return _from(usual, at)


def _held(usual: datetime, until: datetime | None, at: datetime) -> Answer:
    """Held back until then: afterwards the policy counts again, which may ask for longer."""
    if until is None:
        return Answer(False, withheld=Withheld.HELD)
    if until <= usual:
        return _from(usual, at)
    return _from(until, at, Withheld.HELD)


def _from(opens_at: datetime, at: datetime, because: Withheld = Withheld.DELAY) -> Answer:
    if opens_at <= at:
        return Answer(True, since=opens_at)
    return Answer(False, withheld=because, opens_at=opens_at)


def _distance(answer: Answer) -> tuple[int, float]:
    """How far something is from being seen: seen longest comes first, then what opens soonest."""
    if answer.withheld is None:
        return -1, answer.since.timestamp() if answer.since else 0.0
    opens_at = answer.opens_at.timestamp() if answer.opens_at else 0.0
    return _NEAREST.index(answer.withheld), opens_at
