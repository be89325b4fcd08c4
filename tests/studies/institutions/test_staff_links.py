"""No page of the admin has a link that leads nowhere, or where whoever reads it may not go."""

import re

import pytest
from django.test import Client

from accounts.audit.actor import SYSTEM
from accounts.models import IdentifierKind, PhysicianIdentifier, SuspensionReason, User
from accounts.service_desk.suspending import suspend_physician
from studies.models import AppointmentRole
from tests.factories import PhysicianFactory

from .staff import address, as_, house, service_desk, staff

pytestmark = pytest.mark.django_db


def broken(client: Client, page: str) -> list[tuple[str, int]]:
    text = client.get(page).content.decode()
    links = set(re.findall(r'href="(/(?:admin|desk)/[^"#?]*)', text[text.index("<main") :]))
    assert links
    return [(link, status) for link in links if (status := client.get(link).status_code) != 200]


@pytest.mark.parametrize("role", [AppointmentRole.ADMINISTRATOR, AppointmentRole.DESK])
def test_links_of_an_institution_s_records_lead_somewhere(role: AppointmentRole) -> None:
    ours = house("AZ Sint-Example", "Peeters^Anna")
    client = as_(staff(role, ours.institution))
    pages = [address(record) for record in ours.records.values()]
    opened = [page for page in pages if client.get(page).status_code == 200]
    assert len(opened) > 4
    assert {page: found for page in opened if (found := broken(client, page))} == {}


def test_links_of_the_service_desk_s_records_lead_somewhere() -> None:
    sam = service_desk()
    client, physician = as_(sam), PhysicianFactory()
    number = PhysicianIdentifier.objects.create(
        physician=physician, country="BE", kind=IdentifierKind.RIZIV, value="10012345"
    )
    suspend_physician(physician, SuspensionReason.WISH, "", SYSTEM, physician.verified_at)
    for record in (physician, number, physician.user.suspensions.get(), User.objects.get(pk=sam.pk)):
        assert broken(client, address(record)) == [], record
    assert address(physician) in client.get(address(number)).content.decode()
