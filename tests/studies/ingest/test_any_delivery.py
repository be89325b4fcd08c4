"""Whatever arrives, in whatever batches: generated deliveries of few numbers, so that they collide."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studies.archive.examined import PersonName
from studies.archive.staging import Staging
from studies.ingest.results import Fate
from studies.models import Instance, Patient, QuarantinedFile, Request, Study
from tests.factories import InstitutionFactory

from .arrivals import PICTURE, Delivery

identities = st.fixed_dictionaries(
    {
        "patient_id": st.sampled_from(["", "P1", "P2"]),
        "issuer": st.sampled_from(["", "HIS"]),
        "name": st.sampled_from([PersonName("Peeters^Anna"), PersonName("Peeters^Annette"), PersonName()]),
        "birth_year": st.sampled_from([None, 1951, 1960]),
        "birth_month": st.none(),
        "birth_day": st.none(),
        "accession_number": st.sampled_from(["", "A1", "A2"]),
        "study_instance_uid": st.sampled_from(["1.1", "1.2", "1.3"]),
        "series_instance_uid": st.sampled_from(["1.1.1", "1.2.1", "1.3.1"]),
        "sop_instance_uid": st.sampled_from(["1.1.1.1", "1.1.1.2", "1.2.1.1", "1.3.1.1"]),
    }
)
deliveries = st.lists(st.tuples(identities, st.sampled_from("ab")), min_size=1, max_size=12)
Ended = list[tuple[Fate, str]]


def stored(delivery: list[tuple[dict[str, Any], str]], size: int) -> tuple[Delivery, Ended]:
    """How each file ends, at an institution that knows nothing yet, in batches of `size`."""
    ended: Ended = []
    with Staging(Path(portal.ARCHIVE_ROOT)) as staging:
        hospital = Delivery(InstitutionFactory(), staging)
        files = [
            hospital.file(pictures=replace(PICTURE, pixel_digest=pixels * 64), **identity)
            for identity, pixels in delivery
        ]
        for at in range(0, len(files), size):
            ended += [(result.fate, result.reason) for result in hospital.arrives(*files[at : at + size])]
    return hospital, ended


@pytest.mark.django_db
@settings(max_examples=20, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deliveries)
def test_how_a_delivery_is_cut_into_batches_makes_no_difference(delivery: list[tuple[dict[str, Any], str]]) -> None:
    at_once, ended = stored(delivery, len(delivery))
    one_by_one, ended_one_by_one = stored(delivery, 1)
    assert ended == ended_one_by_one
    assert picture_of(at_once) == picture_of(one_by_one)


@pytest.mark.django_db
@settings(max_examples=20, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deliveries)
def test_what_holds_after_any_delivery(delivery: list[tuple[dict[str, Any], str]]) -> None:
    hospital, ended = stored(delivery, 5)
    fates = Counter(fate for fate, _ in ended)
    assert sum(fates.values()) == len(delivery)
    mine = {"institution": hospital.institution}
    assert Instance.objects.filter(**mine).count() == fates[Fate.STORED]
    assert QuarantinedFile.objects.filter(**mine).count() == fates[Fate.QUARANTINED]
    for study in Study.objects.filter(**mine):
        assert study.instance_count == Instance.objects.filter(series__study=study).count() > 0
        assert study.series_count == study.series.count()
        assert study.request.patient.institution == hospital.institution
    for request in Request.objects.filter(**mine).exclude(accession_number=None):
        assert {study.request.patient for study in request.studies.all()} == {request.patient}
    for patient in Patient.objects.filter(**mine, patient_id=""):
        assert Study.objects.filter(request__patient=patient).count() == 1


def picture_of(hospital: Delivery) -> list[Any]:
    """Everything of an institution but ids and times."""
    of_patient = ("request__patient__patient_id", "request__patient__issuer", "request__patient__distinguishing")
    more = ("request__patient__birth_year", "request__patient__conflict", "request__patient__name_alphabetic")
    studies = Study.objects.filter(institution=hospital.institution).order_by("study_instance_uid")
    return [
        list(studies.values_list("study_instance_uid", "instance_count", "series_count", *of_patient, *more)),
        list(studies.values_list("request__accession_number", "request__accession_as_received", "request__flag")),
        sorted(
            QuarantinedFile.objects.filter(institution=hospital.institution).values_list("name", "reason", "detail")
        ),
    ]
