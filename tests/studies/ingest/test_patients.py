"""Whose study it is: decision 3."""

from typing import Any

import pytest

from accounts.models import AuditAction, AuditEvent
from studies.archive.examined import PersonName
from studies.ingest.results import Fate
from studies.models import Patient, QuarantinedFile, Study
from tests.factories import PatientFactory

from .arrivals import NO_BIRTH_DATE, YEAR_ONLY, Delivery


def another_study(number: int, **identity: Any) -> dict[str, Any]:
    uid = f"1.2.{number}"
    return {
        "study_instance_uid": uid,
        "series_instance_uid": f"{uid}.1",
        "sop_instance_uid": f"{uid}.1.1",
        "accession_number": f"A{number}",
        **identity,
    }


def birth(patient: Patient) -> tuple[int | None, int | None, int | None]:
    return patient.birth_year, patient.birth_month, patient.birth_day


def test_the_same_id_is_the_same_patient(delivery: Delivery) -> None:
    delivery.arrives(delivery.file(), delivery.file(**another_study(2)))
    assert Patient.objects.get().requests.count() == 2


def test_the_issuer_is_part_of_who_it_is(delivery: Delivery) -> None:
    delivery.arrives(delivery.file(), delivery.file(**another_study(2, issuer="OTHER HIS")))
    assert Patient.objects.count() == 2


def test_without_an_id_each_study_has_a_patient_of_its_own(delivery: Delivery) -> None:
    delivery.arrives(
        delivery.slice(1, patient_id=""),
        delivery.slice(2, patient_id=""),
        delivery.file(**another_study(2, patient_id="")),
    )
    assert [study.request.patient.requests.count() for study in Study.objects.all()] == [1, 1]
    assert Patient.objects.count() == 2


def test_a_conflicting_birth_date_makes_a_separate_flagged_patient(delivery: Delivery) -> None:
    delivery.arrives(delivery.file())
    delivery.arrives(delivery.file(**another_study(2, birth_year=1960)))
    delivery.arrives(delivery.file(**another_study(3, birth_year=1960)))

    anna, other = Patient.objects.order_by("pk")
    assert (birth(anna), anna.conflict) == ((1951, 9, 14), "")
    assert birth(other) == (1960, 9, 14)
    assert other.conflict
    assert (anna.requests.count(), other.requests.count()) == (1, 2)


def test_a_file_that_fits_two_patients_is_given_to_neither(delivery: Delivery) -> None:
    delivery.arrives(delivery.file(), delivery.file(**another_study(2, birth_year=1960)))
    delivery.arrives(delivery.file(**another_study(3, **NO_BIRTH_DATE)))
    third = Study.objects.get(study_instance_uid="1.2.3").request.patient
    assert third.conflict
    assert birth(third) == (None, None, None)
    assert Patient.objects.count() == 3


@pytest.mark.parametrize("unknown", [NO_BIRTH_DATE, YEAR_ONLY])
def test_a_later_file_completes_the_birth_date(delivery: Delivery, unknown: dict[str, Any]) -> None:
    delivery.arrives(delivery.file(**unknown))
    delivery.arrives(delivery.file(**another_study(2)))
    anna = Patient.objects.get()
    assert birth(anna) == (1951, 9, 14)
    assert AuditEvent.objects.get(action=AuditAction.PATIENT_CHANGED).patient == anna.uuid


def test_a_file_that_knows_less_takes_nothing_away(delivery: Delivery) -> None:
    delivery.arrives(delivery.file())
    delivery.arrives(delivery.file(**another_study(2, sex="", name=PersonName(), **NO_BIRTH_DATE)))
    anna = Patient.objects.get()
    assert (birth(anna), anna.sex, anna.display_name) == ((1951, 9, 14), "F", "Anna Peeters")
    assert not AuditEvent.objects.filter(action=AuditAction.PATIENT_CHANGED).exists()


def test_a_later_file_gives_the_name_that_was_missing(delivery: Delivery) -> None:
    delivery.arrives(delivery.file(name=PersonName(), sex=""))
    delivery.arrives(delivery.file(**another_study(2)))
    assert (Patient.objects.get().display_name, Patient.objects.get().sex) == ("Anna Peeters", "F")


@pytest.mark.parametrize("arriving", [NO_BIRTH_DATE, YEAR_ONLY, {}])
def test_what_the_desk_completed_survives_the_next_delivery(delivery: Delivery, arriving: dict[str, Any]) -> None:
    PatientFactory(
        institution=delivery.institution,
        patient_id="P1",
        birth_completed_by_desk=True,
        birth_month=None,
        birth_day=None,
    )
    delivery.arrives(delivery.file(**arriving))
    assert birth(Patient.objects.get()) == (1951, None, None)


def test_a_date_other_than_the_desks_is_another_patient(delivery: Delivery) -> None:
    desk = PatientFactory(institution=delivery.institution, patient_id="P1", birth_completed_by_desk=True)
    delivery.arrives(delivery.file(birth_day=15))
    desk.refresh_from_db()
    assert birth(desk) == (1951, 9, 14)
    assert Study.objects.get().request.patient != desk


def test_a_study_never_holds_two_patients(delivery: Delivery) -> None:
    delivery.arrives(delivery.slice(1))
    results = delivery.arrives(
        delivery.slice(2, patient_id="P2"), delivery.slice(3, birth_year=1960), delivery.slice(4, issuer="HIS")
    )
    assert [result.fate for result in results] == [Fate.QUARANTINED, Fate.QUARANTINED, Fate.STORED]
    assert {file.reason for file in QuarantinedFile.objects.all()} == {"other_patient"}
    assert Patient.objects.count() == 1


def test_the_operator_is_not_told_who_the_other_patient_is(delivery: Delivery) -> None:
    delivery.arrives(delivery.slice(1))
    (result,) = delivery.arrives(delivery.slice(2, patient_id="P2"))
    assert "P1" not in result.reason
    assert "P1" in QuarantinedFile.objects.get().detail
