"""What a patient sees, and when."""

import pytest

from accounts.audit.actor import SYSTEM
from studies.access import NotVisible, Withheld, find, open_images, open_report, page_of, patient_viewer
from studies.access_codes import revoke
from studies.models import AccessCode, Audience, Institution, PatientSecondFactor, ReportStatus

from .cast import ARRIVED, DAY, HOUR, hospital, patient_of, reported, rule, study_at

pytestmark = pytest.mark.django_db
REPORTED = ARRIVED + 3 * HOUR


@pytest.fixture
def house() -> Institution:
    return hospital()


def test_images_are_there_as_soon_as_they_arrived(house: Institution) -> None:
    study = study_at(house)
    anna = patient_of(study.request, ARRIVED - HOUR)
    assert find(anna, study.uuid, ARRIVED).grant.images.since == ARRIVED
    assert open_images(anna, study.uuid, ARRIVED) == study


def test_an_institution_may_show_images_later_and_says_when(house: Institution) -> None:
    rule(house, Audience.PATIENT, images_hours=48)
    study = study_at(house)
    anna = patient_of(study.request, ARRIVED)
    withheld = find(anna, study.uuid, ARRIVED + 47 * HOUR).grant.images
    assert (withheld.withheld, withheld.opens_at) == (Withheld.DELAY, ARRIVED + 2 * DAY)
    with pytest.raises(NotVisible):
        open_images(anna, study.uuid, ARRIVED + 47 * HOUR)
    assert open_images(anna, study.uuid, ARRIVED + 48 * HOUR)


def test_awaited_images_are_listed_and_withheld(house: Institution) -> None:
    study = study_at(house, arrived_at=None, study_instance_uid=None)
    anna = patient_of(study.request, ARRIVED)
    [(listed, grant)] = page_of(anna, ARRIVED)
    assert listed == study
    assert grant.images.withheld is Withheld.AWAITED


def test_the_report_opens_seven_days_after_its_first_final_version(house: Institution) -> None:
    study = study_at(house)
    anna = patient_of(study.request, ARRIVED)
    reported(study.request, ReportStatus.FINAL, REPORTED)
    almost = REPORTED + 7 * DAY - HOUR
    assert find(anna, study.uuid, almost).grant.report.opens_at == REPORTED + 7 * DAY
    with pytest.raises(NotVisible):
        open_report(anna, study.uuid, almost)
    [version] = open_report(anna, study.uuid, REPORTED + 7 * DAY)
    assert version.text == "No fracture."


def test_a_correction_of_a_visible_report_shows_at_once(house: Institution) -> None:
    study = study_at(house)
    anna = patient_of(study.request, ARRIVED)
    reported(study.request, ReportStatus.FINAL, REPORTED)
    corrected_at = REPORTED + 8 * DAY
    reported(study.request, ReportStatus.CORRECTED, corrected_at, "A fracture after all.")
    assert [version.text for version in open_report(anna, study.uuid, corrected_at)] == [
        "No fracture.",
        "A fracture after all.",
    ]


def test_a_preliminary_report_is_never_shown_to_patients_nor_later_as_history(house: Institution) -> None:
    study = study_at(house)
    anna = patient_of(study.request, ARRIVED)
    reported(study.request, ReportStatus.PRELIMINARY, REPORTED, "First impression.")
    grant = find(anna, study.uuid, REPORTED + 20 * DAY).grant
    assert (grant.report.withheld, grant.report_status) == (Withheld.PRELIMINARY, ReportStatus.PRELIMINARY)
    reported(study.request, ReportStatus.FINAL, REPORTED + DAY)
    [version] = open_report(anna, study.uuid, REPORTED + 8 * DAY)
    assert version.text == "No fracture."


def test_a_cancelled_report_says_so_and_is_not_read(house: Institution) -> None:
    study = study_at(house)
    anna = patient_of(study.request, ARRIVED)
    reported(study.request, ReportStatus.FINAL, REPORTED)
    reported(study.request, ReportStatus.CANCELLED, REPORTED + 8 * DAY, "")
    grant = find(anna, study.uuid, REPORTED + 8 * DAY).grant
    assert (grant.report.withheld, grant.report_status) == (Withheld.CANCELLED, ReportStatus.CANCELLED)
    with pytest.raises(NotVisible):
        open_report(anna, study.uuid, REPORTED + 8 * DAY)


def test_what_replaces_a_cancelled_report_waits_its_own_seven_days_and_hides_what_was_cancelled(
    house: Institution,
) -> None:
    study = study_at(house)
    anna = patient_of(study.request, ARRIVED)
    reported(study.request, ReportStatus.FINAL, REPORTED, "Somebody else's.")
    reported(study.request, ReportStatus.CANCELLED, REPORTED + 8 * DAY, "")
    reported(study.request, ReportStatus.FINAL, REPORTED + 9 * DAY, "Her own.")
    assert find(anna, study.uuid, REPORTED + 10 * DAY).grant.report.opens_at == REPORTED + 16 * DAY
    assert [version.text for version in open_report(anna, study.uuid, REPORTED + 16 * DAY)] == ["Her own."]


def test_a_code_for_the_report_alone_opens_no_images(house: Institution) -> None:
    study = study_at(house)
    anna = patient_of(study.request, ARRIVED, images=False)
    assert find(anna, study.uuid, ARRIVED).grant.images.withheld is Withheld.CODE


def test_a_rule_for_mammography_beats_the_rule_for_all(house: Institution) -> None:
    rule(house, Audience.PATIENT, modality="MG", images=False)
    ct = study_at(house)
    mammography = study_at(house, request=ct.request, modality="MG")
    anna = patient_of(ct.request, ARRIVED)
    withheld = {study: grant.images.withheld for study, grant in page_of(anna, ARRIVED)}
    assert withheld == {ct: None, mammography: Withheld.POLICY}


def test_a_patient_sees_a_restricted_study_of_her_own(house: Institution) -> None:
    study = study_at(house, restricted=True)
    assert open_images(patient_of(study.request, ARRIVED), study.uuid, ARRIVED)


def test_a_policy_change_holds_from_the_next_request_on(house: Institution) -> None:
    study = study_at(house)
    anna = patient_of(study.request, ARRIVED)
    assert open_images(anna, study.uuid, ARRIVED)
    rule(house, Audience.PATIENT, images=False)
    with pytest.raises(NotVisible):
        open_images(anna, study.uuid, ARRIVED)
    rule(house, Audience.PATIENT, in_list=False)
    assert len(page_of(anna, ARRIVED)) == 0


def test_a_code_that_is_over_opens_nothing(house: Institution) -> None:
    study = study_at(house)
    anna = patient_of(study.request, ARRIVED)
    assert patient_viewer(anna.actor, anna.code.expires_at) is None
    assert len(page_of(anna, anna.code.expires_at)) == 0
    revoke(anna.code, SYSTEM, ARRIVED + HOUR)
    assert patient_viewer(anna.actor, ARRIVED + 2 * HOUR) is None
    with pytest.raises(NotVisible):
        open_images(anna, study.uuid, ARRIVED + 2 * HOUR)


@pytest.mark.parametrize(
    "change",
    [{"patient_second_factor": PatientSecondFactor.SMS}, {"is_active": False}],
    ids=["second factor", "left"],
)
def test_a_door_that_asks_for_more_stays_closed(house: Institution, change: dict[str, object]) -> None:
    study = study_at(house)
    anna = patient_of(study.request, ARRIVED)
    Institution.objects.filter(pk=house.pk).update(**change)
    assert patient_viewer(anna.actor, ARRIVED) is None


def test_another_patients_study_is_not_there(house: Institution) -> None:
    anna = patient_of(study_at(house).request, ARRIVED)
    other = study_at(house)
    with pytest.raises(NotVisible):
        find(anna, other.uuid, ARRIVED)


def test_a_new_price_never_closes_a_door_but_a_debt_does(house: Institution) -> None:
    anna = patient_of(study_at(house).request, ARRIVED)
    Institution.objects.update(price_minor=500)
    assert patient_viewer(anna.actor, ARRIVED) is not None
    AccessCode.objects.update(price_minor=500)
    assert patient_viewer(anna.actor, ARRIVED) is None
    AccessCode.objects.update(settled_at=ARRIVED)
    assert patient_viewer(anna.actor, ARRIVED) is not None


def test_a_session_stays_in_while_it_passed_as_much_as_is_asked(house: Institution) -> None:
    anna = patient_of(study_at(house).request, ARRIVED)
    for asked, passed, stays in [
        (PatientSecondFactor.SMS, PatientSecondFactor.NONE, False),
        (PatientSecondFactor.SMS, PatientSecondFactor.OTP, True),
        (PatientSecondFactor.OTP, PatientSecondFactor.SMS, True),
        (PatientSecondFactor.NONE, PatientSecondFactor.SMS, True),
    ]:
        Institution.objects.update(patient_second_factor=asked)
        assert (patient_viewer(anna.actor, ARRIVED, passed) is not None) == stays
