"""Who looks is asked of the session at every request, and costs little."""

from uuid import UUID

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent, SignInFactor, TotpDevice
from studies.access import AccountViewer, PatientViewer, open_instance, viewer_of
from studies.access_codes import issue, revoke
from studies.models import Instance, Institution, PatientSecondFactor, Study
from tests.factories import InstanceFactory
from tests.factories.accounts import PhysicianFactory, UserFactory, enter_as_patient, log_in, phone_of

from .cast import hospital, logged_in, name, study_at

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def frame(request: HttpRequest, study: UUID, instance: UUID) -> HttpResponse:
    """What every address of a picture does before it sends the file."""
    at = timezone.now()
    return HttpResponse(open_instance(viewer_of(request, at), study, instance, at).key)


def who(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request, timezone.now())
    hats = {PatientViewer: "patient", AccountViewer: "account", type(None): "nobody"}
    physician = isinstance(viewer, AccountViewer) and viewer.physician_id is not None
    return HttpResponse("physician" if physician else hats[type(viewer)])


urlpatterns = [path("frame/<uuid:study>/<uuid:instance>", frame), path("who", who), path("", include("pacsonweb.urls"))]


@pytest.fixture
def study() -> Study:
    return study_at(hospital())


def test_a_patients_session_looks_with_its_code(client: Client, study: Study) -> None:
    issued = issue(study.request, SYSTEM, timezone.now())
    enter_as_patient(client, issued.code.uuid)
    assert client.get("/who").content == b"patient"
    revoke(issued.code, SYSTEM, timezone.now())
    assert client.get("/who").content == b"nobody"


def test_a_code_that_ended_behind_the_sessions_back_opens_nothing(client: Client, study: Study) -> None:
    issued = issue(study.request, SYSTEM, timezone.now())
    enter_as_patient(client, issued.code.uuid)
    Institution.objects.filter(pk=study.institution_id).update(patient_second_factor=PatientSecondFactor.OTP)
    assert client.get("/who").content == b"nobody"
    assert client.get(_address_of(InstanceFactory(series__study=study))).status_code == 404


def test_an_account_looks_with_the_hats_it_wears(client: Client) -> None:
    log_in(client, UserFactory())
    assert client.get("/who").content == b"account"
    log_in(client, PhysicianFactory().user)
    assert client.get("/who").content == b"physician"


def test_an_account_whose_second_factor_is_gone_is_nobody(client: Client) -> None:
    user = PhysicianFactory().user
    log_in(client, user)
    TotpDevice.objects.filter(user=user).delete()
    assert client.get("/who").content == b"nobody"


@pytest.mark.parametrize("factor", [None, SignInFactor.REMEMBERED])
def test_an_institution_that_refuses_tokens_by_sms_shows_nothing_to_who_came_by_one(
    client: Client, study: Study, factor: SignInFactor | None
) -> None:
    physician = PhysicianFactory()
    name(logged_in(physician), study)
    picture = _address_of(InstanceFactory(series__study=study))
    Institution.objects.filter(pk=study.institution_id).update(refuses_sms_login=True)
    log_in(client, physician.user, phone_of(physician.user), factor)
    assert client.get(picture).status_code == 404
    log_in(client, physician.user)
    assert client.get(picture).status_code == 200


def test_a_visitor_is_nobody(client: Client, study: Study) -> None:
    assert client.get("/who").content == b"nobody"
    assert client.get(_address_of(InstanceFactory(series__study=study))).status_code == 404


def test_a_frame_costs_a_patient_four_queries(client: Client, study: Study) -> None:
    enter_as_patient(client, issue(study.request, SYSTEM, timezone.now()).code.uuid)
    assert _frame_queries(client, study) == 4


def test_a_frame_costs_an_account_five(client: Client, study: Study) -> None:
    physician = PhysicianFactory()
    name(logged_in(physician), study)
    log_in(client, physician.user)
    assert _frame_queries(client, study) == 5


def _address_of(instance: Instance) -> str:
    return f"/frame/{instance.series.study.uuid}/{instance.uuid}"


def _frame_queries(client: Client, study: Study) -> int:
    """The queries of a picture's request after the first, which writes the look."""
    instance = InstanceFactory(series__study=study)
    client.get(_address_of(instance))
    with CaptureQueriesContext(connection) as queries:
        response = client.get(_address_of(instance))
    assert response.content == instance.key.encode()
    assert AuditEvent.objects.filter(action=AuditAction.LOOKED_AT_IMAGES).count() == 1
    return len(queries)
