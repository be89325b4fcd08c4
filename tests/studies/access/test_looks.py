"""Every look writes its audit row: one viewer, one study, images or report, in one session; again after 30 minutes."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditAction, AuditEvent
from studies.access import NotVisible, open_images, open_instance, open_report
from studies.access.looks import forget_looks
from studies.models import Instance, Look, ReportStatus
from tests.factories import InstanceFactory

from .cast import ARRIVED, DAY, HOUR, hospital, name, patient_of, physician, reported, study_at

MINUTE = timedelta(minutes=1)


@pytest.mark.django_db
def test_a_look_says_who_what_when_because_of_which_audience_and_from_where() -> None:
    study = study_at(hospital())
    anna = patient_of(study.request, ARRIVED)
    open_images(anna, study.uuid, ARRIVED + HOUR)
    look = AuditEvent.objects.get(action=AuditAction.LOOKED_AT_IMAGES)
    assert (look.actor, look.session, look.at) == (anna.code.uuid, anna.actor.session, ARRIVED + HOUR)
    assert (look.study, look.request, look.patient) == (study.uuid, study.request.uuid, study.request.patient.uuid)
    assert (look.institution, look.audience, look.address) == (study.institution.uuid, "patient", "192.0.2.7")


@pytest.mark.django_db
def test_frames_are_one_look_until_half_an_hour_has_passed() -> None:
    study = study_at(hospital())
    anna = patient_of(study.request, ARRIVED)
    for minutes in (0, 1, 29, 30, 31, 59, 60):
        open_images(anna, study.uuid, ARRIVED + minutes * MINUTE)
    looks = AuditEvent.objects.filter(action=AuditAction.LOOKED_AT_IMAGES).order_by("at")
    assert [look.at for look in looks] == [ARRIVED, ARRIVED + 30 * MINUTE, ARRIVED + 60 * MINUTE]


@pytest.mark.django_db
def test_another_session_another_study_and_the_report_are_looks_of_their_own() -> None:
    house, lena = hospital(), physician()
    study, other = study_at(house), study_at(house)
    elsewhere = replace(lena, actor=replace(lena.actor, session=uuid4()))
    for seen in (study, other):
        name(lena, seen)
    reported(study.request, ReportStatus.FINAL, ARRIVED)
    open_images(lena, study.uuid, ARRIVED)
    open_images(lena, other.uuid, ARRIVED)
    open_images(elsewhere, study.uuid, ARRIVED)
    open_report(lena, study.uuid, ARRIVED)
    assert _looks() == {AuditAction.LOOKED_AT_IMAGES: 3, AuditAction.LOOKED_AT_REPORT: 1}


@pytest.mark.django_db
def test_what_was_not_shown_is_no_look() -> None:
    study = study_at(hospital(), arrived_at=None)
    anna = patient_of(study.request, ARRIVED)
    with pytest.raises(NotVisible):
        open_images(anna, study.uuid, ARRIVED)
    with pytest.raises(NotVisible):
        open_report(anna, study.uuid, ARRIVED)
    assert _looks() == {AuditAction.LOOKED_AT_IMAGES: 0, AuditAction.LOOKED_AT_REPORT: 0}
    assert not Look.objects.exists()


@pytest.mark.django_db
def test_a_frame_after_the_first_writes_nothing() -> None:
    study = study_at(hospital())
    anna = patient_of(study.request, ARRIVED)
    open_images(anna, study.uuid, ARRIVED)
    with CaptureQueriesContext(connection) as queries:
        open_images(anna, study.uuid, ARRIVED + MINUTE)
    assert [query["sql"].split()[0] for query in queries] == ["SELECT", "SELECT"]


@pytest.mark.django_db
def test_an_instance_opens_with_its_own_study_only_and_until_it_is_replaced() -> None:
    house, lena = hospital(), physician()
    study, other = study_at(house), study_at(house)
    for seen in (study, other):
        name(lena, seen)
    instance = InstanceFactory(series__study=study)
    assert open_instance(lena, study.uuid, instance.uuid, ARRIVED) == instance
    with pytest.raises(NotVisible):
        open_instance(lena, other.uuid, instance.uuid, ARRIVED)
    Instance.objects.filter(pk=instance.pk).update(replaced_by=InstanceFactory(series=instance.series))
    with pytest.raises(NotVisible):
        open_instance(lena, study.uuid, instance.uuid, ARRIVED)
    assert _looks()[AuditAction.LOOKED_AT_IMAGES] == 1


@pytest.mark.django_db
def test_marks_of_looks_go_when_they_are_over_and_their_audit_rows_stay() -> None:
    study = study_at(hospital())
    anna = patient_of(study.request, ARRIVED)
    open_images(anna, study.uuid, ARRIVED)
    assert forget_looks(ARRIVED + 29 * MINUTE) == 0
    assert forget_looks(ARRIVED + 30 * MINUTE) == 1
    assert _looks()[AuditAction.LOOKED_AT_IMAGES] == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_frames_at_the_same_moment_are_one_look() -> None:
    study = study_at(hospital())
    anna = patient_of(study.request, ARRIVED)

    def frame(_: int) -> None:
        try:
            open_images(anna, study.uuid, ARRIVED + DAY)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(frame, range(20)))
    assert _looks()[AuditAction.LOOKED_AT_IMAGES] == 1


def _looks() -> dict[AuditAction, int]:
    actions = (AuditAction.LOOKED_AT_IMAGES, AuditAction.LOOKED_AT_REPORT)
    return {action: AuditEvent.objects.filter(action=action).count() for action in actions}
