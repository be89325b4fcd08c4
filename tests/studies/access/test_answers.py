"""Several reasons to see one study: what each allows is united, the earliest date wins, the nearest one is named."""

from datetime import datetime, timedelta

import pytest

from studies.access import Answer, Withheld
from studies.access.answers import Opening, ReportFacts, documents_answer, grant_of, images_answer, nearest
from studies.models import Audience, ReportStatus
from tests.factories.studies import NOON

DAY = timedelta(days=1)
NONE = timedelta(0)


def opening(audience: Audience, **opens: object) -> Opening:
    usual = {"code_images": True, "code_report": True, "images": True, "images_after": NONE}
    return Opening(**{"audience": audience, "report": True, "report_after": NONE, **usual, **opens})  # type: ignore[arg-type]


def test_one_audience_that_allows_is_enough_and_the_earliest_date_counts() -> None:
    late = opening(Audience.REQUESTER, images_after=2 * DAY)
    early = opening(Audience.GROUP_COLLEAGUE, images_after=DAY)
    never = opening(Audience.SHARED, images=False)
    assert images_answer([never, late, early], NOON, NOON + 3 * DAY).since == NOON + DAY
    assert images_answer([never, late, early], NOON, NOON) == Answer(
        allowed=False, withheld=Withheld.DELAY, opens_at=NOON + DAY
    )
    assert images_answer([never], NOON, NOON).withheld is Withheld.POLICY


def test_a_document_may_be_the_report_and_opens_when_images_and_reports_both_do() -> None:
    patient = opening(Audience.PATIENT, images_after=DAY, report_after=7 * DAY)
    assert documents_answer([patient], NOON, NOON + 2 * DAY) == Answer(
        allowed=False, withheld=Withheld.DELAY, opens_at=NOON + 7 * DAY
    )
    assert documents_answer([patient], NOON, NOON + 7 * DAY).since == NOON + 7 * DAY
    assert documents_answer([patient], None, NOON).withheld is Withheld.AWAITED
    slow = opening(Audience.PATIENT, images_after=9 * DAY, report_after=7 * DAY)
    assert documents_answer([slow], NOON, NOON).opens_at == NOON + 9 * DAY


@pytest.mark.parametrize(
    ("closed", "why"),
    [
        ("images", Withheld.POLICY),
        ("report", Withheld.POLICY),
        ("code_images", Withheld.CODE),
        ("code_report", Withheld.CODE),
    ],
)
def test_a_document_is_withheld_where_images_or_reports_are(closed: str, why: Withheld) -> None:
    assert documents_answer([opening(Audience.PATIENT, **{closed: False})], NOON, NOON + DAY).withheld is why


def test_a_study_is_shown_with_the_nearest_audience() -> None:
    openings = [opening(Audience.SHARED), opening(Audience.REQUESTER, images=False), opening(Audience.EMERGENCY)]
    assert grant_of(openings, NOON, [], NOON).audience is Audience.REQUESTER


def test_a_preliminary_report_is_read_if_one_audience_may() -> None:
    report = ReportFacts(1, ReportStatus.PRELIMINARY, None, NOON)
    both = [opening(Audience.PATIENT), opening(Audience.REQUESTER)]
    assert grant_of(both, NOON, [report], NOON).report.since == NOON
    assert grant_of(both[:1], NOON, [report], NOON).report.withheld is Withheld.PRELIMINARY


def test_of_two_reports_the_one_nearest_to_being_read_is_spoken_of() -> None:
    final = ReportFacts(1, ReportStatus.FINAL, NOON, NOON)
    cancelled = ReportFacts(2, ReportStatus.CANCELLED, None, NOON)
    grant = grant_of([opening(Audience.PATIENT, report_after=7 * DAY)], NOON, [cancelled, final], NOON)
    assert (grant.report.withheld, grant.report_status) == (Withheld.DELAY, ReportStatus.FINAL)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Withheld.DELAY, Withheld.HELD),
        (Withheld.HELD, Withheld.AWAITED),
        (Withheld.AWAITED, Withheld.PRELIMINARY),
        (Withheld.PRELIMINARY, Withheld.CANCELLED),
        (Withheld.CANCELLED, Withheld.POLICY),
        (Withheld.POLICY, Withheld.CODE),
    ],
)
def test_what_is_nearer_to_being_seen_is_the_reason_that_is_said(first: Withheld, second: Withheld) -> None:
    answers = [_withheld(reason, NOON) for reason in (second, first)]
    assert nearest(answers).withheld is first


def _withheld(reason: Withheld, at: datetime) -> Answer:
    return Answer(allowed=False, withheld=reason, opens_at=at if reason is Withheld.DELAY else None)
