"""There is one way to staff's pages: the portal's login with a strong second factor, and an appointment that counts.

Every page of the admin and of the desk, each of its buttons too, is tried by everybody who has no business there.
"""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import (
    IdentifierClaim,
    IdentifierKind,
    PhysicianIdentifier,
    Recovery,
    Registration,
    RegistrationState,
    SignInFactor,
    Suspension,
    SuspensionReason,
    User,
)
from accounts.service_desk.suspending import suspend_user
from groups.membership.services import add_member, found_group
from groups.models import Group, Membership, MembershipRole
from portal.urls import urlpatterns as pages_of_the_portal
from studies.models import Appointment, AppointmentRole, MatchedNumber
from tests.accounts.door import type_password
from tests.factories import PhysicianFactory, UserFactory
from tests.factories.accounts import LONG_AGO, app_of, enter_as_patient, log_in, phone_of

from .staff import House, address, as_, counter, house, service_desk, staff

pytestmark = pytest.mark.django_db
PATIENT = ("Peeters", "Anna", "P-SECRET-77", "1951")
ADMIN_ALONE = ["/admin/", "/admin/studies/", "/admin/accounts/", "/admin/studies/appointment/confirm/", "/admin/none/"]


@pytest.fixture
def ours() -> House:
    made = house("AZ Sint-Example", "Peeters^Anna")
    request = made.records["request"]
    request.accession_number = "P-SECRET-77"
    request.save()
    return made


@pytest.fixture
def records(ours: House) -> dict[str, Model]:
    """One record of every kind that has pages in the admin, by the name of its model."""
    now = timezone.now()
    suspend_user(UserFactory(), SuspensionReason.UNUSED, "", SYSTEM, now)
    physician = PhysicianFactory()
    group: Group = found_group({"name": "Groepspraktijk", "country": "BE"}, SYSTEM, now)
    member: Membership = add_member(group, physician, MembershipRole.MEMBER, SYSTEM, now)
    registration = Registration.objects.create(
        profession="physician",
        first_name="An",
        last_name="Claes",
        country="BE",
        mail="an@example.org",
        phone="+32470123447",
        language="en",
        state=RegistrationState.WAITING,
        asked_at=now,
    )
    claimed = {"country": "BE", "kind": IdentifierKind.RIZIV, "value": "10000084005"}
    made: dict[str, Model] = {
        **ours.records,
        "user": physician.user,
        "physician": physician,
        "physicianidentifier": PhysicianIdentifier.objects.create(physician=physician, **claimed),
        "registration": registration,
        "identifierclaim": IdentifierClaim.objects.create(registration=registration, claimed_at=now, **claimed),
        "recovery": Recovery.objects.create(user=physician.user, asked_at=now),
        "suspension": Suspension.objects.get(),
        "throttlecounter": counter(),
        "group": group,
        "membership": member,
    }
    made["matchednumber"] = MatchedNumber.objects.get()
    kinds = {model._meta.model_name for model in admin.site._registry}
    assert kinds == set(made), "a kind of record of the admin is not walked through here"
    return made


def admin_pages(records: dict[str, Model]) -> Iterator[str]:
    yield from ADMIN_ALONE
    for model, kind in admin.site._registry.items():
        record = records[str(model._meta.model_name)]
        yield address(model)
        yield f"{address(model)}add/"
        for page in ("change", "history", "delete"):
            yield address(record, page)
        for deed in kind.deeds:  # type: ignore[attr-defined] # every kind is a StaffAdmin
            yield address(record, f"do/{deed.name}")


def desk_pages(ours: House) -> Iterator[str]:
    known: dict[str, dict[str, Any]] = {
        "desk_code": {"code": ours.records["accesscode"].uuid, "deed": "revoke"},
        "desk_answer": {"message": uuid4()},
    }
    of_a_request = {"request_uuid": ours.records["request"].uuid}
    for pattern in pages_of_the_portal:
        name = getattr(pattern, "name", "") or ""
        if name.startswith("desk"):
            takes = pattern.pattern.converters
            kwargs = known.get(name, of_a_request if "request_uuid" in takes else {})
            yield reverse(f"portal:{name}", kwargs=kwargs)


def answers(client: Client, pages: Iterator[str]) -> set[tuple[int, str]]:
    """Status and first part of where it leads, of GET and POST on every page."""
    found = set()
    for page in pages:
        for answer in (client.get(page), client.post(page, {"post": "yes"})):
            found.add((answer.status_code, answer.headers.get("Location", "").split("?")[0]))
    return found


def nobody(_: House) -> Client:
    return Client()


def half_way(ours: House) -> Client:
    """The password of an administrator was right; the second step is not done."""
    user, client = staff(AppointmentRole.ADMINISTRATOR, ours.institution), Client()
    app_of(user)
    assert type_password(client, user, "/admin/")["Location"] == "/login/second-factor/"
    return client


def patient(ours: House) -> Client:
    client = Client()
    enter_as_patient(client, ours.records["accesscode"].uuid)
    return client


@pytest.mark.parametrize("person", [nobody, half_way, patient])
def test_whoever_is_not_logged_in_to_an_account_is_led_to_the_login(
    ours: House, records: dict[str, Model], person: Callable[[House], Client]
) -> None:
    client = person(ours)
    assert answers(client, admin_pages(records)) == {(302, "/login/")}
    assert answers(client, desk_pages(ours)) <= {(302, "/login/"), (405, "")}


def a_physician(_: House) -> User:
    user: User = PhysicianFactory().user
    return user


def suspended_staff(ours: House) -> User:
    user = staff(AppointmentRole.ADMINISTRATOR, ours.institution)
    user.appointments.update(suspended_at=timezone.now())
    return user


def paused_staff(ours: House) -> User:
    user = staff(AppointmentRole.DESK, ours.institution)
    user.appointments.update(confirmed_at=LONG_AGO)
    return user


def former_staff(ours: House) -> User:
    user = staff(AppointmentRole.DESK, ours.institution)
    user.appointments.update(ends_at=timezone.now())
    return user


@pytest.mark.parametrize("person", [a_physician, suspended_staff, paused_staff, former_staff])
def test_whoever_holds_no_appointment_that_counts_is_refused(
    ours: House, records: dict[str, Model], person: Callable[[House], User]
) -> None:
    client = as_(person(ours))
    assert answers(client, admin_pages(records)) == {(403, "")}
    assert answers(client, desk_pages(ours)) <= {(403, ""), (405, "")}


@pytest.mark.parametrize("factor", [SignInFactor.SMS, SignInFactor.REMEMBERED])
def test_staff_without_a_strong_factor_in_this_session_is_asked_for_one(
    ours: House, records: dict[str, Model], factor: SignInFactor
) -> None:
    user, client = staff(AppointmentRole.ADMINISTRATOR, ours.institution), Client()
    if factor is SignInFactor.SMS:
        log_in(client, user, phone_of(user))
    else:
        log_in(client, user, factor=factor)
    assert answers(client, admin_pages(records)) == {(302, "/login/again/")}
    assert answers(client, desk_pages(ours)) <= {(302, "/login/again/"), (405, "")}


def test_a_suspension_closes_every_page_to_whoever_is_in(ours: House, records: dict[str, Model]) -> None:
    lena = staff(AppointmentRole.ADMINISTRATOR, ours.institution)
    client = as_(lena)
    assert client.get("/admin/").status_code == 200
    Appointment.objects.filter(user=lena).update(suspended_at=timezone.now())
    assert answers(client, admin_pages(records)) == {(403, "")}


@pytest.mark.parametrize("role", [AppointmentRole.ADMINISTRATOR, AppointmentRole.DESK, AppointmentRole.AUDITOR])
def test_staff_of_another_institution_sees_and_changes_nothing_of_ours(
    ours: House, records: dict[str, Model], role: AppointmentRole
) -> None:
    client = as_(staff(role, house("Clinique du Parc", "Lefevre^Marc").institution))
    before = snapshot(records)
    for page in admin_pages(records):
        about_a_record = any(str(record.uuid) in page for record in records.values())  # type: ignore[attr-defined]
        for answer in (client.get(page), client.post(page, {"post": "yes"})):
            assert "Peeters" not in answer.content.decode(), page
            assert "P-SECRET-77" not in answer.content.decode(), page
            if about_a_record:
                assert answer.status_code in (403, 404), page
    for page in desk_pages(ours):
        answer = client.get(page)
        assert "Peeters" not in answer.content.decode(), page
    assert snapshot(records) == before


def test_the_service_desk_reads_nothing_of_a_patient_on_any_page(ours: House, records: dict[str, Model]) -> None:
    sam = service_desk()
    client, opened = as_(sam), 0
    for page in admin_pages(records):
        answer = client.get(page, follow=True)
        opened += answer.status_code == 200
        for word in PATIENT:
            assert word not in answer.content.decode(), (page, word)
    assert opened > 40
    assert answers(client, desk_pages(ours)) <= {(403, ""), (405, "")}


def test_the_walk_would_notice_a_patient(ours: House) -> None:
    lena = as_(staff(AppointmentRole.ADMINISTRATOR, ours.institution))
    page = lena.get(address(ours.records["request"])).content.decode()
    assert "Peeters" in page
    assert "P-SECRET-77" in page


def snapshot(records: dict[str, Model]) -> list[Any]:
    """Every record as it is stored."""
    return [type(record)._default_manager.filter(pk=record.pk).values().first() for record in records.values()]
