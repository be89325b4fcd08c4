"""Lena takes along what the portal holds about her."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.account.exporting import EXPORTS
from accounts.audit.actor import SYSTEM, Actor, ActorKind
from accounts.audit.services import record
from accounts.models import AuditAction, AuditEvent, IdentifierKind, Physician
from accounts.second_factor.services import make_backup_codes
from accounts.service_desk.services import add_identifier, remove_identifier
from groups.membership.services import add_member, found_group
from groups.models import MembershipRole
from studies.access import account_viewer, open_images
from studies.institutions.services import found_institution
from studies.models import ParticipantRole
from studies.participants.services import name_participant
from tests.factories import AppointmentFactory, PhysicianFactory
from tests.factories.accounts import PASSWORD, log_in, phone_of
from tests.factories.imaging import ct, delivered, numbered

pytestmark = pytest.mark.django_db


@pytest.fixture
def dubois() -> Physician:
    physician: Physician = PhysicianFactory(user__username="lena@example.org", user__last_name="Dubois")
    add_identifier(physician, "BE", IdentifierKind.RIZIV, "11234578004", SYSTEM, timezone.now())
    return physician


@pytest.fixture
def hers(client: Client, dubois: Physician) -> Client:
    log_in(client, dubois.user)
    return client


def file_of(client: Client) -> dict[str, Any]:
    answer = client.post("/account/data/")
    assert answer["Content-Disposition"] == 'attachment; filename="account.json"'
    assert "no-store" in answer["Cache-Control"]
    held: dict[str, Any] = json.loads(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    return held


def test_everything_is_in_one_file(hers: Client, dubois: Physician) -> None:
    phone_of(dubois.user)
    make_backup_codes(dubois.user, SYSTEM, timezone.now())
    group = found_group({"name": "Praktijk Sint-Example", "country": "BE"}, SYSTEM, timezone.now())
    add_member(group, dubois, MembershipRole.MEMBER, SYSTEM, timezone.now())
    AppointmentFactory(user=dubois.user, institution__name="AZ Sint-Example")
    held = file_of(hers)
    assert held["account"]["username"] == "lena@example.org"
    assert held["numbers"] == [{"kind": "riziv", "country": "BE", "value": "11234578004"}]
    assert {factor["kind"] for factor in held["second_factors"]} == {"totp", "sms"}
    assert held["unused_backup_codes"] == 10
    assert [practice["name"] for practice in held["group_practices"]] == ["Praktijk Sint-Example"]
    assert [appointment["institution"] for appointment in held["appointments"]] == ["AZ Sint-Example"]
    assert len(held["sessions"]) == 1
    for part in (
        "suspensions",
        "sign_ins",
        "recoveries",
        "contact_changes",
        "remembered_browsers",
        "registrations",
        "invitations",
    ):
        assert held[part] == []


def test_what_was_done_to_her_is_in_it_without_who_did_it(hers: Client, dubois: Physician) -> None:
    desk = Actor(ActorKind.ACCOUNT, PhysicianFactory().user.uuid, address="192.0.2.99")
    remove_identifier(dubois.identifiers.get(), desk, timezone.now())
    held = file_of(hers)
    [row] = [row for row in held["audit_log"] if row["details"].get("change") == "identifier removed"]
    assert (row["by"], row["address"]) == ("account", None)
    assert str(desk.uuid) not in json.dumps(held)
    assert "192.0.2.99" not in json.dumps(held)


def test_whose_images_she_looked_at_is_not(hers: Client, dubois: Physician) -> None:
    now = timezone.now()
    study = delivered(found_institution(slug="az", name="AZ", actor=SYSTEM, at=now), ct(), numbered(dubois))
    name_participant(study.request, ParticipantRole.REQUESTER, dubois, SYSTEM, now)
    actor = Actor(ActorKind.ACCOUNT, dubois.user.uuid, address="192.0.2.1")
    open_images(account_viewer(actor, by_sms=False), study.uuid, now)
    held = file_of(hers)
    [look] = [row for row in held["audit_log"] if row["what"] == AuditAction.LOOKED_AT_IMAGES]
    assert (look["by"], look["address"], look["because"]) == ("yourself", "192.0.2.1", "requester")
    text = json.dumps(held)
    patient = study.request.patient
    for about in (
        study.uuid,
        study.request.uuid,
        patient.uuid,
        patient.name_alphabetic,
        study.request.accession_number,
    ):
        assert str(about) not in text


def test_other_people_s_rows_are_not(hers: Client) -> None:
    record(AuditAction.LOGGED_IN, Actor(ActorKind.ACCOUNT, PhysicianFactory().user.uuid), timezone.now())
    assert [row["what"] for row in file_of(hers)["audit_log"]] == ["record.changed", "account.exported"]


def test_no_secret_is_in_it(hers: Client, dubois: Physician) -> None:
    codes = make_backup_codes(dubois.user, SYSTEM, timezone.now())
    text = json.dumps(file_of(hers))
    assert PASSWORD not in text
    assert dubois.user.password not in text
    assert "encrypted" not in text
    assert "digest" not in text
    assert not any(code in text for code in codes)


def test_the_export_is_audited_and_bounded(hers: Client) -> None:
    for _ in range(EXPORTS.failures):
        file_of(hers)
    assert hers.post("/account/data/")["Location"] == "/account/"
    rows = AuditEvent.objects.filter(action=AuditAction.ACCOUNT_EXPORTED)
    assert rows.count() == EXPORTS.failures


def test_it_is_never_handed_out_by_a_link(hers: Client) -> None:
    assert hers.get("/account/data/").status_code == 405
