"""Pictures and documents as files: who gets them, with which headers, at what cost."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent
from studies.access_codes.services import issue
from studies.institutions.services import save_policy
from studies.models import Audience, Instance, PolicyRule
from tests.factories.accounts import enter_as_patient

from .practice import Practice


def test_the_requester_gets_a_picture_that_no_browser_keeps(practice: Practice, gp: Client) -> None:
    response = gp.get(practice.picture())
    assert Image.open(BytesIO(response.content)).size == (64, 64)
    assert response["Content-Type"] == "image/jpeg"
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Length"] == str(len(response.content))
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_patient_gets_it_with_the_code_and_not_after_the_code_was_revoked(practice: Practice) -> None:
    code = issue(practice.study.request, SYSTEM, timezone.now()).code
    browser = Client()
    enter_as_patient(browser, code.uuid)
    assert browser.get(practice.picture()).status_code == 200
    code.revoked_at = timezone.now()
    code.save()
    assert browser.get(practice.picture()).status_code == 404


def test_nobody_else_gets_it(practice: Practice, colleague: Client) -> None:
    assert colleague.get(practice.picture()).status_code == 404
    assert Client().get(practice.picture()).status_code == 404


def test_a_withdrawn_permission_holds_from_the_next_picture_on(practice: Practice, gp: Client) -> None:
    assert gp.get(practice.picture()).status_code == 200
    rule = PolicyRule.objects.get(institution=practice.hospital, audience=Audience.REQUESTER, modality="")
    rule.images = False
    save_policy(rule, SYSTEM, timezone.now())
    assert gp.get(practice.picture()).status_code == 404


@pytest.mark.parametrize("name", ["thumbnail", "preview", "preview-bone", "preview-brain"])
def test_every_kind_of_picture_is_there(practice: Practice, gp: Client, name: str) -> None:
    assert Image.open(BytesIO(gp.get(practice.picture(name)).content)).format == "JPEG"


@pytest.mark.parametrize("name", ["original", "preview-", "preview-liver", "full", "metadata"])
def test_what_no_picture_is_called_is_not_found(practice: Practice, gp: Client, name: str) -> None:
    assert gp.get(practice.picture(name)).status_code == 404


def test_a_frame_or_an_instance_that_is_not_there_is_not_found(practice: Practice, gp: Client) -> None:
    for frame in (0, 2, 10**12):
        assert gp.get(practice.picture(frame=frame)).status_code == 404
    assert gp.get(practice.picture(instance=uuid4())).status_code == 404


def test_a_picture_of_another_study_is_not_found_under_this_one(practice: Practice, gp: Client) -> None:
    foreign = Instance.objects.get(kind="document")
    assert gp.get(practice.picture(instance=foreign.uuid)).status_code == 404


def test_a_frame_costs_few_queries(
    practice: Practice, gp: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    address = practice.picture()
    gp.get(address)
    with django_assert_max_num_queries(6):  # three, and three of the session: itself, its user, the second factor
        gp.get(address)


def test_looking_is_audited_once_in_half_an_hour_and_not_for_each_frame(practice: Practice, gp: Client) -> None:
    looks = AuditEvent.objects.filter(action=AuditAction.LOOKED_AT_IMAGES)
    begun = timezone.now()
    with time_machine.travel(begun) as clock:
        for instance in Instance.objects.filter(kind="image")[:5]:
            gp.get(practice.picture(instance=instance.uuid))
        look = looks.get()
        assert (look.actor, look.study, look.audience) == (practice.gp.user.uuid, practice.study.uuid, "requester")
        clock.move_to(begun + timedelta(minutes=20))
        gp.get(practice.picture())
        assert looks.count() == 1
        clock.move_to(begun + timedelta(minutes=31))
        gp.get(practice.picture())
        assert looks.count() == 2


def test_a_document_is_a_download_in_a_sandbox(practice: Practice, gp: Client, colleague: Client) -> None:
    document = Instance.objects.get(kind="document")
    address = f"/studies/{practice.study.uuid}/documents/{document.uuid}.pdf"
    response = gp.get(address)
    assert response.content.startswith(b"%PDF-")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{document.uuid}.pdf"'
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert colleague.get(address).status_code == 404
    assert gp.get(address.replace(str(document.uuid), str(practice.instance))).status_code == 404


def test_a_document_waits_for_the_reports_delay_because_it_may_be_the_report(practice: Practice) -> None:
    document = Instance.objects.get(kind="document")
    address = f"/studies/{practice.study.uuid}/documents/{document.uuid}.pdf"
    browser, days = Client(), timedelta(days=1)
    arrived = practice.study.arrived_at
    assert arrived is not None
    code = issue(practice.study.request, SYSTEM, arrived).code
    for at, expected in ((arrived + days, 404), (arrived + 8 * days, 200)):
        with time_machine.travel(at, tick=False):
            enter_as_patient(browser, code.uuid)
            assert browser.get(practice.picture()).status_code == 200
            assert browser.get(address).status_code == expected
            for page in ("/patient/request/", practice.page("study"), practice.page("viewer")):
                assert (address in browser.get(page).content.decode()) == (expected == 200)


def test_every_download_of_a_document_is_audited(practice: Practice, gp: Client) -> None:
    document = Instance.objects.get(kind="document")
    address = f"/studies/{practice.study.uuid}/documents/{document.uuid}.pdf"
    gp.get(address)
    gp.get(address)
    gp.get(address.replace(str(document.uuid), str(practice.instance)))
    rows = AuditEvent.objects.filter(action=AuditAction.DOWNLOADED)
    assert [(row.study, row.audience, row.details) for row in rows] == [
        (practice.study.uuid, "requester", {"instance": str(document.uuid)})
    ] * 2
    assert AuditEvent.objects.filter(action=AuditAction.LOOKED_AT_IMAGES).count() == 1


def test_the_front_server_sends_the_file_where_there_is_one(
    practice: Practice, gp: Client, colleague: Client, settings: Settings
) -> None:
    settings.ACCEL_PREFIX = "/archive/"
    response = gp.get(practice.picture())
    key = Instance.objects.get(uuid=practice.instance).key
    assert response["X-Accel-Redirect"] == f"/archive/{key}/previews/1.jpg"
    assert (response["Cache-Control"], response.content) == ("no-store", b"")
    assert "X-Accel-Redirect" not in colleague.get(practice.picture())
