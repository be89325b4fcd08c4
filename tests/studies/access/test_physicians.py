"""What a requester sees, and who is no requester."""

import pytest
from django.utils import timezone

from accounts.models import Physician, User
from studies.access import NotVisible, Withheld, account_viewer, find, open_images, open_report, page_of
from studies.models import Audience, Institution, ReportStatus
from tests.factories import PhysicianFactory

from .cast import ARRIVED, HOUR, hospital, logged_in, name, physician, reported, rule, study_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Institution:
    return hospital()


def test_the_requester_sees_images_and_report_at_once(house: Institution) -> None:
    study, lena = study_at(house), physician()
    name(lena, study)
    reported(study.request, ReportStatus.FINAL, ARRIVED + HOUR)
    grant = find(lena, study.uuid, ARRIVED + HOUR).grant
    assert grant.audience is Audience.REQUESTER
    assert grant.images.allowed
    assert grant.report.since == ARRIVED + HOUR
    assert open_images(lena, study.uuid, ARRIVED + HOUR) == study


def test_a_preliminary_report_is_shown_to_the_requester_as_such(house: Institution) -> None:
    study, lena = study_at(house), physician()
    name(lena, study)
    reported(study.request, ReportStatus.PRELIMINARY, ARRIVED, "First impression.")
    assert find(lena, study.uuid, ARRIVED).grant.report_status is ReportStatus.PRELIMINARY
    [version] = open_report(lena, study.uuid, ARRIVED)
    assert (version.status, version.text) == (ReportStatus.PRELIMINARY, "First impression.")


def test_an_institution_that_delays_reports_for_requesters_shows_them_no_preliminary_one(house: Institution) -> None:
    rule(house, Audience.REQUESTER, report_days=1)
    study, lena = study_at(house), physician()
    name(lena, study)
    reported(study.request, ReportStatus.PRELIMINARY, ARRIVED)
    assert find(lena, study.uuid, ARRIVED).grant.report.withheld is Withheld.PRELIMINARY


def test_nobody_else_sees_it(house: Institution) -> None:
    study, lena, stranger, copied = study_at(house), physician(), physician(), physician()
    name(lena, study)
    name(copied, study, requester=False)
    for viewer in (stranger, copied, None):
        assert len(page_of(viewer, ARRIVED)) == 0
        with pytest.raises(NotVisible):
            find(viewer, study.uuid, ARRIVED)
        with pytest.raises(NotVisible):
            open_images(viewer, study.uuid, ARRIVED)


def test_the_requester_of_a_restricted_study_is_a_named_person(house: Institution) -> None:
    study, lena = study_at(house, restricted=True), physician()
    name(lena, study)
    assert open_images(lena, study.uuid, ARRIVED)


def test_a_suspended_physician_sees_nothing_from_the_next_request_on(house: Institution) -> None:
    study, who = study_at(house), PhysicianFactory()
    lena = logged_in(who)
    name(lena, study)
    assert len(page_of(lena, ARRIVED)) == 1
    Physician.objects.filter(pk=who.pk).update(suspended_at=timezone.now())
    assert len(page_of(account_viewer(lena.actor, by_sms=False), ARRIVED)) == 0


def test_an_unverified_physician_and_a_closed_account_see_nothing(house: Institution) -> None:
    unverified = logged_in(PhysicianFactory(verified_at=None))
    assert unverified.physician_id is None
    assert len(page_of(unverified, ARRIVED)) == 0
    assert unverified.actor.uuid is not None
    User.objects.filter(uuid=unverified.actor.uuid).update(is_active=False)
    assert account_viewer(unverified.actor, by_sms=False) is None


def test_an_institution_that_left_shows_nothing(house: Institution) -> None:
    study, lena = study_at(house), physician()
    name(lena, study)
    Institution.objects.filter(pk=house.pk).update(is_active=False)
    assert len(page_of(lena, ARRIVED)) == 0


def test_an_institution_may_refuse_whoever_logged_in_by_sms(house: Institution) -> None:
    study, elsewhere = study_at(house), study_at(hospital("az-elsewhere"))
    who = PhysicianFactory()
    strong, by_sms = logged_in(who), logged_in(who, by_sms=True)
    name(strong, study)
    name(strong, elsewhere)
    assert find(by_sms, study.uuid, ARRIVED)
    Institution.objects.filter(pk=house.pk).update(refuses_sms_login=True)
    assert [seen.study for seen in page_of(by_sms, ARRIVED)] == [elsewhere]
    with pytest.raises(NotVisible):
        find(by_sms, study.uuid, ARRIVED)
    with pytest.raises(NotVisible):
        open_images(by_sms, study.uuid, ARRIVED)
    assert len(page_of(strong, ARRIVED)) == 2
