"""The institution shows a report sooner than its policy says, or later: to the patient only."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.exceptions import ValidationError

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent
from studies.access import NotVisible, Withheld, find, foreseen, open_report
from studies.models import Audience, Institution, Release, ReleaseKind, ReportStatus, Study
from studies.releases.services import decide

from .cast import ARRIVED, DAY, HOUR, hospital, name, patient_of, physician, reported, rule, study_at

pytestmark = pytest.mark.django_db
REPORTED = ARRIVED + 3 * HOUR
DECIDED = REPORTED + DAY
Decide = Callable[..., Release]


@pytest.fixture
def house() -> Institution:
    return hospital()


@pytest.fixture
def study(house: Institution) -> Study:
    study = study_at(house)
    reported(study.request, ReportStatus.FINAL, REPORTED)
    return study


def decided(study: Study, kind: ReleaseKind, until: datetime | None = None, at: datetime = DECIDED) -> Release:
    return decide(study.request, kind, until, "Asked by her GP", SYSTEM, at)


def test_a_released_report_is_read_at_once_and_not_a_moment_before(study: Study) -> None:
    anna = patient_of(study.request, ARRIVED)
    decided(study, ReleaseKind.NOW)
    with pytest.raises(NotVisible):
        open_report(anna, study.uuid, DECIDED - HOUR)
    [version] = open_report(anna, study.uuid, DECIDED)
    assert version.text == "No fracture."
    assert find(anna, study.uuid, DECIDED + 20 * DAY).grant.report.since == DECIDED


def test_a_release_shows_no_preliminary_report_and_none_that_was_cancelled(house: Institution) -> None:
    study = study_at(house)
    anna = patient_of(study.request, ARRIVED)
    reported(study.request, ReportStatus.PRELIMINARY, REPORTED)
    decided(study, ReleaseKind.NOW)
    assert find(anna, study.uuid, DECIDED).grant.report.withheld is Withheld.PRELIMINARY
    reported(study.request, ReportStatus.FINAL, DECIDED + HOUR)
    assert find(anna, study.uuid, DECIDED + HOUR).grant.report.since == DECIDED + HOUR
    reported(study.request, ReportStatus.CANCELLED, DECIDED + 2 * HOUR, "")
    assert find(anna, study.uuid, DECIDED + 2 * HOUR).grant.report.withheld is Withheld.CANCELLED


def test_a_release_beats_a_policy_that_shows_no_report_but_not_a_code_without_it(
    house: Institution, study: Study
) -> None:
    rule(house, Audience.PATIENT, report=False)
    anna, images_only = patient_of(study.request, ARRIVED), patient_of(study.request, ARRIVED, report=False)
    assert find(anna, study.uuid, DECIDED).grant.report.withheld is Withheld.POLICY
    decided(study, ReleaseKind.NOW)
    assert open_report(anna, study.uuid, DECIDED)
    assert find(images_only, study.uuid, DECIDED).grant.report.withheld is Withheld.CODE


def test_a_held_report_opens_on_its_day_even_if_it_was_visible_before(study: Study) -> None:
    anna = patient_of(study.request, ARRIVED)
    visible, until = REPORTED + 8 * DAY, REPORTED + 20 * DAY
    assert open_report(anna, study.uuid, visible)
    decided(study, ReleaseKind.HOLD, until, visible)
    withheld = find(anna, study.uuid, visible).grant.report
    assert (withheld.withheld, withheld.opens_at) == (Withheld.HELD, until)
    with pytest.raises(NotVisible):
        open_report(anna, study.uuid, until - HOUR)
    assert open_report(anna, study.uuid, until)


def test_a_hold_that_ends_before_the_usual_delay_shortens_nothing(study: Study) -> None:
    anna = patient_of(study.request, ARRIVED)
    decided(study, ReleaseKind.HOLD, REPORTED + 2 * DAY)
    withheld = find(anna, study.uuid, REPORTED + 3 * DAY).grant.report
    assert (withheld.withheld, withheld.opens_at) == (Withheld.DELAY, REPORTED + 7 * DAY)


def test_a_cancelled_decision_returns_to_the_policy(study: Study) -> None:
    anna = patient_of(study.request, ARRIVED)
    decided(study, ReleaseKind.NOW)
    decided(study, ReleaseKind.POLICY, at=DECIDED + HOUR)
    assert find(anna, study.uuid, DECIDED + HOUR).grant.report.opens_at == REPORTED + 7 * DAY
    decided(study, ReleaseKind.HOLD, REPORTED + 30 * DAY, DECIDED + 2 * HOUR)
    decided(study, ReleaseKind.POLICY, at=DECIDED + 3 * HOUR)
    assert open_report(anna, study.uuid, REPORTED + 7 * DAY)


def test_physicians_read_what_is_held_back_from_the_patient(study: Study) -> None:
    lena = physician()
    name(lena, study)
    decided(study, ReleaseKind.HOLD, REPORTED + 30 * DAY)
    assert open_report(lena, study.uuid, DECIDED)


def test_every_decision_has_a_reason_and_stays_as_history(study: Study) -> None:
    for kind, until, why in (
        (ReleaseKind.NOW, None, " "),
        (ReleaseKind.HOLD, None, "Because"),
        (ReleaseKind.HOLD, DECIDED, "Because"),
        (ReleaseKind.POLICY, DECIDED + DAY, "Because"),
    ):
        with pytest.raises(ValidationError):
            decide(study.request, kind, until, why, SYSTEM, DECIDED)
    decided(study, ReleaseKind.NOW)
    decided(study, ReleaseKind.POLICY, at=DECIDED + HOUR)
    assert [release.kind for release in study.request.releases.all()] == [ReleaseKind.POLICY, ReleaseKind.NOW]
    rows = AuditEvent.objects.filter(action=AuditAction.RELEASE_DECIDED).order_by("at")
    assert [row.details["kind"] for row in rows] == ["now", "policy"]


def test_what_a_patient_would_see_is_foreseen_without_a_code_by_the_same_rule(study: Study) -> None:
    anna = patient_of(study.request, ARRIVED)
    decided(study, ReleaseKind.HOLD, REPORTED + 20 * DAY)
    for at in (ARRIVED, DECIDED, REPORTED + 19 * DAY, REPORTED + 20 * DAY):
        [seen] = foreseen(study.request, at)
        assert seen.grant == find(anna, study.uuid, at).grant
    [seen] = foreseen(study.request, anna.code.expires_at + DAY, images=False)
    assert seen.grant.images.withheld is Withheld.CODE
    assert seen.grant.report.allowed
