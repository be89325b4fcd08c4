"""An operator opens the first account on the command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import ServiceDeskAppointment, User
from accounts.second_factor.totp import step_of, token_at
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def create(mail: str, *more: str) -> dict[str, str]:
    out = StringIO()
    call_command("create_account", mail, "--first-name", "Ann", "--last-name", "Peeters", *more, stdout=out)
    return dict(line.rsplit(maxsplit=1) for line in out.getvalue().splitlines())


def test_what_is_printed_logs_in(client: Client) -> None:
    printed = create("Ann@Example.org", "--service-desk")
    client.post("/login/", {"username": printed["username"], "password": printed["password"]})
    token = token_at(printed["TOTP secret"], step_of(timezone.now()))
    assert client.post("/login/second-factor/", {"token": token}).status_code == 302
    assert ServiceDeskAppointment.objects.get().user.username == "ann@example.org"


def test_an_address_that_is_taken_is_refused() -> None:
    UserFactory(username="ann@example.org")
    with pytest.raises(CommandError, match="already exists"):
        create("ann@example.org")
    assert User.objects.count() == 1
