"""What a delivery leaves behind: patients, requests, studies, series, instances, lists and the audit log."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditAction, AuditEvent, PhysicianIdentifier
from studies.ingest.results import Fate
from studies.ingest.services import announce, store
from studies.models import Instance, Listing, Participant, Patient, QuarantinedFile, Request, Study, Tombstone
from tests.factories import PhysicianFactory, RequestFactory, StudyFactory

from .arrivals import ANNA, NOON, Delivery


def test_first_delivery_of_a_study(delivery: Delivery) -> None:
    results = delivery.arrives(delivery.slice(1), delivery.slice(2), delivery.slice(3))

    study = Study.objects.get()
    assert [(result.fate, result.study) for result in results] == [(Fate.STORED, study.uuid)] * 3
    assert (study.study_instance_uid, study.modality, study.body_part) == ("1.2.1", "CT", "HEAD")
    assert (study.series_count, study.instance_count, study.series.get().instance_count) == (1, 3, 3)
    assert (study.performed_at, study.arrived_at) == (datetime(2026, 11, 18, 9, 15, tzinfo=UTC), NOON)
    assert study.request.accession_number == "A1"
    assert study.request.patient.display_name == "Anna Peeters"
    assert [event.study for event in AuditEvent.objects.filter(action=AuditAction.STUDY_RECEIVED)] == [study.uuid]


def test_the_original_lies_in_the_archive_byte_for_byte(delivery: Delivery) -> None:
    delivery.arrives(delivery.file(content=b"as it came"))
    instance = Instance.objects.get()
    assert (Path(settings.ARCHIVE_ROOT) / instance.key / "original.dcm").read_bytes() == b"as it came"
    assert instance.size == 10


def test_a_later_delivery_joins_the_study_without_a_second_notice(delivery: Delivery) -> None:
    delivery.arrives(delivery.slice(1))
    delivery.arrives(delivery.slice(2), at=NOON.replace(hour=15))
    study = Study.objects.get()
    assert (study.instance_count, study.arrived_at) == (2, NOON)
    assert AuditEvent.objects.filter(action=AuditAction.STUDY_RECEIVED).count() == 1


def test_an_awaited_study_is_adopted_by_its_accession_number(delivery: Delivery) -> None:
    request = RequestFactory(patient__institution=delivery.institution, patient__patient_id="P1", accession_number="A1")
    other = StudyFactory(request=request, study_instance_uid=None, arrived_at=None, modality="MR")
    awaited = StudyFactory(request=request, study_instance_uid=None, arrived_at=None, modality="CT")

    delivery.arrives(delivery.slice(1))

    rows = Study.objects.order_by("pk").values_list("pk", "study_instance_uid", "arrived_at", "instance_count")
    assert list(rows) == [(other.pk, None, None, 0), (awaited.pk, "1.2.1", NOON, 1)]


def test_two_studies_of_one_request(delivery: Delivery) -> None:
    second = {"study_instance_uid": "1.2.2", "series_instance_uid": "1.2.2.1", "modality": "DX"}
    delivery.arrives(delivery.slice(1), delivery.slice(1, **second))
    assert Request.objects.get().studies.count() == 2


def test_without_an_accession_number_each_study_has_a_request_of_its_own(delivery: Delivery) -> None:
    second = {"study_instance_uid": "1.2.2", "series_instance_uid": "1.2.2.1", "accession_number": ""}
    delivery.arrives(delivery.slice(1, accession_number=""), delivery.slice(1, **second))
    assert [request.studies.count() for request in Request.objects.all()] == [1, 1]
    assert Patient.objects.count() == 1


def test_an_accession_number_of_another_patient_is_never_attached(delivery: Delivery) -> None:
    stranger = {"patient_id": "P2", "study_instance_uid": "1.2.2", "series_instance_uid": "1.2.2.1"}
    delivery.arrives(delivery.slice(1), delivery.slice(1, **stranger))
    own = Request.objects.get(patient__patient_id="P2")
    assert (own.accession_number, own.accession_as_received) == (None, "A1")
    assert own.flag
    assert Request.objects.get(accession_number="A1").patient.patient_id == "P1"


def test_a_structured_report_does_not_name_the_study(delivery: Delivery) -> None:
    delivery.arrives(delivery.slice(1, series_instance_uid="1.2.1.9", modality="SR", body_part=""), delivery.slice(1))
    study = Study.objects.get()
    assert (study.modality, study.series_count) == ("CT", 2)


@pytest.mark.parametrize("number", ["1-00001-00-004", "10000100999"])
def test_the_requester_is_linked_by_national_number_and_sees_it_listed(delivery: Delivery, number: str) -> None:
    lena = PhysicianFactory()
    PhysicianIdentifier.objects.create(physician=lena, country="BE", kind="riziv", value="10000100004")
    named = (ANNA.requesters[0].__class__("Dubois^Lena", "riziv", number),)
    delivery.arrives(delivery.slice(1, requesters=named))

    assert Participant.objects.get().identifier == number  # as it arrived
    row = Listing.objects.get()
    assert (row.physician, row.at, row.modality) == (lena, Study.objects.get().performed_at, "CT")
    assert (row.requester, row.copied) == (True, False)


@pytest.mark.parametrize("doubt", [{"verified_at": None}, {"suspended_at": NOON}])
def test_a_physician_who_is_not_trusted_is_not_linked(delivery: Delivery, doubt: dict[str, datetime | None]) -> None:
    lena = PhysicianFactory(**doubt)
    PhysicianIdentifier.objects.create(physician=lena, country="BE", kind="riziv", value="10000100004")
    delivery.arrives(delivery.slice(1))
    assert Participant.objects.get().physician is None
    assert not Listing.objects.exists()


def test_what_was_deleted_may_not_come_back(delivery: Delivery) -> None:
    Tombstone.objects.create(
        institution=delivery.institution, study_instance_uid="1.2.1", deleted_at=NOON, reason="kept long enough"
    )
    (result,) = delivery.arrives(delivery.slice(1))
    assert result.fate == Fate.QUARANTINED
    assert QuarantinedFile.objects.get().reason == "deleted"
    assert not Study.objects.exists()


def test_a_broken_file_is_kept_apart_once_and_the_next_one_goes_on(delivery: Delivery) -> None:
    broken = delivery.broken(b"half a file")
    fates = [result.fate for result in delivery.arrives(broken, delivery.slice(1))]
    assert fates == [Fate.QUARANTINED, Fate.STORED]
    kept = QuarantinedFile.objects.get()
    assert (Path(settings.ARCHIVE_ROOT) / kept.file).read_bytes() == b"half a file"

    again = delivery.broken(b"half a file")
    delivery.arrives(again.__class__(**{**vars(again), "name": broken.name}))
    assert QuarantinedFile.objects.count() == 1


def test_one_institution_neither_blocks_nor_sees_another(delivery: Delivery) -> None:
    elsewhere = StudyFactory(
        study_instance_uid="1.2.1", request__accession_number="A1", request__patient__patient_id="P1"
    )
    assert delivery.arrives(delivery.slice(1))[0].fate == Fate.STORED
    assert Study.objects.filter(study_instance_uid="1.2.1").count() == 2
    assert elsewhere.request.patient.institution != delivery.institution


def test_a_batch_costs_the_same_queries_for_one_file_and_for_many(delivery: Delivery) -> None:
    with CaptureQueriesContext(connection) as one:
        delivery.arrives(delivery.slice(1))
    with CaptureQueriesContext(connection) as many:
        delivery.arrives(*(delivery.slice(number) for number in range(2, 29)))
    assert len(many) <= len(one)


def test_half_a_delivery_is_still_awaited(delivery: Delivery) -> None:
    store(delivery.institution, [delivery.slice(1)], NOON, staging=delivery.staging, whole=False)
    study = Study.objects.get()
    assert (study.arrived_at, study.instance_count) == (None, 1)
    assert not AuditEvent.objects.exists()

    for _ in range(2):  # said once, however often it is said
        announce(delivery.institution, [study.uuid], NOON)
    study.refresh_from_db()
    assert study.arrived_at == NOON
    assert AuditEvent.objects.get().action == AuditAction.STUDY_RECEIVED
