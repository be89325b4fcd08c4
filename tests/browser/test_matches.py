"""Stories of a match that is wrong: the administrator undoes it on a request, the service desk at an institution."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.audit.actor import SYSTEM
from accounts.models import IdentifierKind, Physician
from accounts.service_desk import services
from studies.models import AppointmentRole, MatchedNumber, Study
from tests.factories import PhysicianFactory
from tests.studies.institutions.staff import address, service_desk, staff
from tests.studies.participants.numbered import lists, named

from .conftest import PageMaker
from .test_staff import LOOKS, already_in, look_at

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def study() -> Study:
    return named("1-00123-45-004", name="Dubois^Luc^^Dr")


@pytest.fixture
def lena(study: Study) -> Physician:
    physician: Physician = PhysicianFactory(user__first_name="Lena", user__last_name="Dubois")
    services.add_identifier(physician, "BE", IdentifierKind.RIZIV, "10012345004", SYSTEM, timezone.now())
    return physician


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_an_administrator_says_that_it_is_somebody_else_and_takes_it_back(
    page_at: PageMaker, live_server: Any, study: Study, lena: Physician, width: int, scheme: str
) -> None:
    page = page_at(width, scheme)
    already_in(page, live_server, staff(AppointmentRole.ADMINISTRATOR, study.institution))
    look_at(page, live_server, address(study.request), f"match-{width}-{scheme}")
    deed = page.locator("form.deed").filter(has=page.get_by_role("button", name="Undo a match"))
    deed.get_by_label("Who it is not").select_option(label="Dr Lena Dubois, named as Dr Luc Dubois, 1-00123-45-004")
    deed.get_by_label("Reason").fill("Luc, not Lena")
    deed.get_by_role("button").click()
    expect(page.get_by_text("The match is undone.")).to_be_visible()
    assert not lists(lena)

    look_at(page, live_server, address(study.request), f"match-undone-{width}-{scheme}")
    deed = page.locator("form.deed").filter(has=page.get_by_role("button", name="Let the number count again"))
    deed.get_by_label("Reason").fill("Lena after all")
    deed.get_by_role("button").click()
    expect(page.get_by_text("The number counts again.")).to_be_visible()
    assert list(lists(lena)) == [study.pk]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_service_desk_reads_how_many_and_where(
    page_at: PageMaker, live_server: Any, study: Study, lena: Physician, width: int, scheme: str
) -> None:
    page, number = page_at(width, scheme), MatchedNumber.objects.get()
    already_in(page, live_server, service_desk())
    look_at(page, live_server, address(MatchedNumber), f"numbers-{width}-{scheme}")
    look_at(page, live_server, address(number), f"number-{width}-{scheme}")
    page.get_by_label("Reason").fill("They use it for another")
    page.get_by_role("button", name="Undo the matches of one institution").click()
    expect(page.get_by_text("0 requests, 1 undone").first).to_be_visible()
    assert not lists(lena)
