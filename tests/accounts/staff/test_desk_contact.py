"""How the service desk is called."""

from typing import Any

from django.core.checks import run_checks
from django.test import Client


def test_without_a_number_nothing_is_shown(client: Client) -> None:
    assert "tel:" not in client.get("/login/").content.decode()


def test_a_number_stands_at_the_foot_of_professionals_pages(client: Client, settings: Any) -> None:
    settings.SERVICE_DESK_PHONE, settings.SERVICE_DESK_HOURS = "+3225550100", "Monday to Friday, 9 to 17"
    page = client.get("/login/").content.decode()
    assert '<a href="tel:+3225550100">+32 2 555 01 00 (Monday to Friday, 9 to 17)</a>' in page
    assert "tel:" not in client.get("/patient/").content.decode()


def test_a_number_that_nobody_can_call_is_said_at_the_start(settings: Any) -> None:
    settings.SERVICE_DESK_PHONE = "ring us"
    assert [error.id for error in run_checks() if error.id == "accounts.E010"] == ["accounts.E010"]
