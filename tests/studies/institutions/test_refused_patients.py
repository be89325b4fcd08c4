"""A patient calls with the reference of a refusal."""

import pytest
from django.test import Client
from django.utils import timezone

from studies.access_codes import Birth, enter
from studies.access_codes.codes import fresh, shown
from studies.models import AppointmentRole, RefusedEntry

from .staff import House, as_, house, staff

pytestmark = pytest.mark.django_db
PAGE = "/admin/studies/refusedentry/"


@pytest.fixture
def ours() -> House:
    return house("AZ Sint-Example", "Peeters^Anna")


@pytest.fixture
def desk(ours: House) -> Client:
    return as_(staff(AppointmentRole.DESK, ours.institution))


def test_the_desk_reads_the_true_reason(desk: Client) -> None:
    found = desk.post(PAGE, {"search": "k7 42"}, follow=True).content.decode()
    assert "the date of birth is not the one noted here" in found
    assert "K7-42" in found


def test_of_a_code_that_nobody_has_too(desk: Client) -> None:
    reference = enter(shown(fresh()), Birth(14, 9, 1951), "192.0.2.7", timezone.now()).reference
    found = desk.post(PAGE, {"search": reference}, follow=True)
    assert "There is no such code" in found.content.decode()
    [row] = found.context["cl"].result_list
    assert desk.get(f"{PAGE}{row.uuid}/change/").status_code == 200


def test_part_of_a_reference_finds_nothing(desk: Client) -> None:
    assert list(desk.post(PAGE, {"search": "K7"}, follow=True).context["cl"].result_list) == []


def test_another_institutions_refusals_stay_its_own(desk: Client) -> None:
    theirs: RefusedEntry = house("Clinique du Parc", "Lefevre^Marc").records["refusedentry"]
    found = desk.post(PAGE, {"search": "K7-42"}, follow=True).context["cl"].result_list
    assert theirs not in found
    assert len(found) == 1
