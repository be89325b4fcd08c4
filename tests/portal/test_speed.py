"""The patient's page asks the database a fixed number of times, however many pictures and reports there are."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from studies.access_codes.services import issue
from studies.institutions.services import found_institution
from studies.models import ReportStatus
from studies.reports.services import receive
from tests.factories import InstanceFactory, PatientFactory, RequestFactory, SeriesFactory, StudyFactory
from tests.factories.accounts import LONG_AGO, enter_as_patient

CEILING = 30


@pytest.mark.django_db
def test_queries_do_not_grow_with_pictures(client: Client) -> None:
    hospital = found_institution(slug="az", name="AZ Sint-Example", actor=SYSTEM, at=LONG_AGO)
    study = StudyFactory(request=RequestFactory(patient=PatientFactory(institution=hospital)))
    receive(study.request, ReportStatus.FINAL, "Findings: normal.", "Dr E. Lambert", SYSTEM, LONG_AGO)
    series = SeriesFactory(study=study)
    InstanceFactory(series=series)
    enter_as_patient(client, issue(study.request, SYSTEM, timezone.now()).code.uuid)
    client.get("/patient/request/")  # the first look writes its audit row

    with CaptureQueriesContext(connection) as few:
        client.get("/patient/request/")
    for _ in range(3):
        InstanceFactory.create_batch(10, series=SeriesFactory(study=study))
    with CaptureQueriesContext(connection) as many:
        client.get("/patient/request/")
    assert len(many) == len(few) <= CEILING
