"""Who sees what in the admin: each role, its own institution and another one, every kind of record and page."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from studies.models import AppointmentRole

from .staff import House, address, as_, house, staff

pytestmark = pytest.mark.django_db

KINDS = [
    "institution",
    "policyrule",
    "appointment",
    "staffinvitation",
    "patient",
    "request",
    "accesscode",
    "report",
    "quarantinedfile",
    "auditevent",
    "refusedentry",
    "payment",
    "owingcode",
]
# Written apart from the product's table, on purpose: what each role may open, and which forms it may fill in.
OPENS = {
    AppointmentRole.DESK: {"patient", "request", "accesscode", "refusedentry", "payment", "owingcode"},
    AppointmentRole.ADMINISTRATOR: set(KINDS),
    AppointmentRole.AUDITOR: {"auditevent"},
}
CHANGES = {
    AppointmentRole.DESK: {"patient"},
    AppointmentRole.ADMINISTRATOR: {"institution", "policyrule", "patient"},
    AppointmentRole.AUDITOR: set[str](),
}
ADDS = {
    AppointmentRole.DESK: set[str](),
    AppointmentRole.ADMINISTRATOR: {"policyrule", "staffinvitation"},
    AppointmentRole.AUDITOR: set[str](),
}
DELETES = {
    AppointmentRole.DESK: set[str](),
    AppointmentRole.ADMINISTRATOR: {"policyrule"},
    AppointmentRole.AUDITOR: set[str](),
}
MATRIX = [(role, kind) for role in OPENS for kind in KINDS]


@pytest.fixture
def houses() -> tuple[House, House]:
    return house("AZ Sint-Example", "Peeters^Anna"), house("Clinique du Parc", "Lefevre^Marc")


def rows(client: Client, record: Any) -> list[Any]:
    return list(client.get(address(type(record))).context["cl"].result_list)


@pytest.mark.parametrize(("role", "kind"), MATRIX)
def test_a_role_opens_its_kinds_of_records_of_its_own_institution(
    houses: tuple[House, House], role: AppointmentRole, kind: str
) -> None:
    ours, theirs = houses
    client, own, other = as_(staff(role, ours.institution)), ours.records[kind], theirs.records[kind]
    allowed = kind in OPENS[role]

    assert client.get(address(type(own))).status_code == (200 if allowed else 403)
    assert (client.get(address(own)).status_code == 200) is allowed
    assert (client.get(address(own, "history")).status_code == 200) is allowed
    if allowed:
        found = rows(client, own)
        assert own in found
        assert other not in found


@pytest.mark.parametrize(("role", "kind"), MATRIX)
def test_a_guessed_record_of_another_institution_answers_like_none(
    houses: tuple[House, House], role: AppointmentRole, kind: str
) -> None:
    ours, theirs = houses
    client, other = as_(staff(role, ours.institution)), theirs.records[kind]
    for page in ("change", "history", "delete", "do/revoke", "do/end", "do/withdraw", "do/refund", "do/paid"):
        guessed = client.get(address(other, page))
        missing = client.get(address(other, page, uuid4()))
        assert guessed.status_code == missing.status_code, page
        assert guessed.status_code in (403, 404), page
        posted = client.post(address(other, page), {"post": "yes"})
        assert posted.status_code == client.post(address(other, page, uuid4()), {"post": "yes"}).status_code, page
        assert posted.status_code in (403, 404), page


@pytest.mark.parametrize(("role", "kind"), MATRIX)
def test_a_role_adds_changes_and_deletes_only_what_it_may(
    houses: tuple[House, House], role: AppointmentRole, kind: str
) -> None:
    ours, _ = houses
    client, own = as_(staff(role, ours.institution)), ours.records[kind]

    assert (client.get(f"{address(type(own))}add/").status_code == 200) is (kind in ADDS[role])
    assert (client.post(f"{address(type(own))}add/", {}).status_code == 200) is (kind in ADDS[role])
    # An empty form comes back to be corrected where it may be sent at all.
    assert (client.post(address(own), {}).status_code == 200) is (kind in CHANGES[role])
    assert (client.get(address(own, "delete")).status_code == 200) is (kind in DELETES[role])


@pytest.mark.parametrize("kind", ["policyrule", "staffinvitation"])
def test_an_add_form_offers_only_the_own_institution(houses: tuple[House, House], kind: str) -> None:
    ours, theirs = houses
    client = as_(staff(AppointmentRole.ADMINISTRATOR, ours.institution))
    page = f"{address(type(ours.records[kind]))}add/"

    offered = client.get(page).context["adminform"].form.fields["institution"].queryset
    assert list(offered) == [ours.institution]
    sent = {"institution": theirs.institution.pk, "audience": "patient", "role": "desk", "mail": "x@example.org"}
    answer = client.post(page, {**sent, "images_hours": 0, "report_days": 0, "modality": ""})
    assert "institution" in answer.context["adminform"].form.errors


def test_no_page_completes_names_of_others(houses: tuple[House, House]) -> None:
    ours, _ = houses
    client = as_(staff(AppointmentRole.ADMINISTRATOR, ours.institution))
    asked = {"app_label": "studies", "model_name": "appointment", "field_name": "user", "term": "L"}
    assert client.get("/admin/autocomplete/", asked).status_code == 404


def test_marked_rows_of_another_institution_are_left_alone(houses: tuple[House, House]) -> None:
    ours, theirs = houses
    client = as_(staff(AppointmentRole.DESK, ours.institution))
    own, other = ours.records["accesscode"], theirs.records["accesscode"]
    form = {"action": "revoke_marked", "index": 0, "_selected_action": [own.pk, other.pk]}

    client.post(address(type(own)), form)
    own.refresh_from_db()
    other.refresh_from_db()
    assert own.revoked_at is not None
    assert other.revoked_at is None


def test_who_is_desk_here_and_administrator_there_changes_only_there(houses: tuple[House, House]) -> None:
    ours, theirs = houses
    user = staff(AppointmentRole.DESK, ours.institution)
    theirs_too = staff(AppointmentRole.ADMINISTRATOR, theirs.institution).appointments.get()
    theirs_too.user = user
    theirs_too.save()
    client = as_(user)

    assert client.get(address(ours.records["quarantinedfile"])).status_code == 404
    assert client.get(address(theirs.records["quarantinedfile"])).status_code == 200
    assert set(rows(client, ours.records["patient"])) == {ours.records["patient"], theirs.records["patient"]}


@pytest.mark.parametrize("lookup", ["mac__startswith", "request__patient__birth_year", "request__institution__slug"])
def test_fields_that_are_not_shown_cannot_be_guessed_at(houses: tuple[House, House], lookup: str) -> None:
    ours, _ = houses
    client = as_(staff(AppointmentRole.DESK, ours.institution))
    assert client.get(address(type(ours.records["accesscode"])), {lookup: "1"}).status_code == 400


def test_the_text_of_a_report_is_nowhere(houses: tuple[House, House]) -> None:
    ours, _ = houses
    client = as_(staff(AppointmentRole.ADMINISTRATOR, ours.institution))
    for kind in ("report", "request"):
        assert "Nobody may read this" not in client.get(address(ours.records[kind])).content.decode()
