"""A visit says how long it lasts, and one key makes it last longer."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from tests.factories import UserFactory
from tests.factories.accounts import enter_as_patient, log_in

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def left(client: Client) -> int:
    seconds: int = client.get("/stay/").json()["seconds"]
    return seconds


@pytest.mark.parametrize("kind", ["patient", "account"])
def test_asking_prolongs_nothing_and_staying_does(client: Client, kind: str) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        if kind == "patient":
            enter_as_patient(client, uuid4())
        else:
            log_in(client, UserFactory())
        assert left(client) == 1800
        clock.move_to(NOON + 28 * MINUTE)
        assert (left(client), left(client)) == (120, 120)
        assert client.post("/stay/").json() == {"seconds": 1800, "extendable": True}
        clock.move_to(NOON + 57 * MINUTE)
        assert left(client) == 60
        clock.move_to(NOON + 58 * MINUTE)
        assert left(client) == 0
        assert client.post("/stay/").json()["seconds"] == 0, "what is over stays over"


def test_a_visit_of_four_hours_cannot_be_prolonged(client: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        enter_as_patient(client, uuid4())
        for minutes in range(20, 240, 20):
            clock.move_to(NOON + minutes * MINUTE)
            answer = client.post("/stay/").json()
        assert answer == {"seconds": 1200, "extendable": False}
        clock.move_to(NOON + 240 * MINUTE)
        assert left(client) == 0


def test_a_visitor_has_nothing_to_prolong(client: Client) -> None:
    assert client.post("/stay/").json() == {"seconds": 0, "extendable": False}
    assert "data-timeout" not in client.get("/").content.decode()


def test_staying_needs_the_pages_own_form() -> None:
    assert Client(enforce_csrf_checks=True).post("/stay/").status_code == 403


def test_a_page_says_until_when_it_stays_open(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        log_in(client, UserFactory())
        page = " ".join(client.get("/studies/").content.decode().split())
        assert "This page stays open until 13:30." in page  # in Brussels
        assert re.search(r'data-timeout="1800"', page)
        assert 'data-timeout-leads-to="/login/"' in page
